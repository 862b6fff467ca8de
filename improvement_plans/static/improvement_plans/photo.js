// A photo is drawn smaller on the phone before it is sent: a slow line carries it, and where it was taken stays behind.
// Without this script the photo goes as it is, and the server does the same.
const MOST = 1600; // pixels of the longer edge

for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file?.type.startsWith("image/")) return;
    try {
      const picture = await createImageBitmap(file);
      const part = Math.min(1, MOST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * part);
      canvas.height = Math.round(picture.height * part);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.82); });
      if (!small || small.size >= file.size || input.files[0] !== file) return;
      const held = new DataTransfer();
      held.items.add(new File([small], "photo.jpg", { type: "image/jpeg" }));
      input.files = held.files;
    } catch { /* what this browser cannot open, the server looks at */ }
  });
}
