// Makes the one file the tablet runs, a file of words for each language but English, and BUILD.json, by which
// tablet/digest.py sees whether they are current.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { slim } from "./slim.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "static", "tablet");
const LIMIT = 92 * 1024; // with one more language than English, all that starts offline stays under 120 kB

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function sources(folder) {
  return readdirSync(join(here, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]);
}

// Screens are templates, which a minifier leaves as they are: their indents need not travel, nor the line breaks between
// elements, which htm drops.
const flat = { name: "flat", setup: ({ onLoad }) => onLoad({ filter: /tablet\/src\/.*\.js$/ }, ({ path }) =>
  ({ contents: readFileSync(path, "utf8").replace(/\n\s+/g, "\n").replace(/(?<=[>}])\n(?=<|\$\{)/g, "") })) };

const { warnings } = await build({
  plugins: [flat, slim],
  absWorkingDir: here,
  entryPoints: ["src/app.js"],
  outfile: join(out, "app.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8", // Khmer and Arabic as they are written, not as escapes: modules are always read as UTF-8
  legalComments: "none",
});
if (warnings.length) throw new Error("the build warns: see above");

const paths = [...sources("src"), "build.mjs", "slim.mjs", "package-lock.json"];
const lines = paths.map((path) => `${path}\0${sha256(readFileSync(join(here, path)))}\n`).sort();
for (const tag of ["ar", "km"]) {
  const { default: words } = await import(`./src/words.${tag}.js`);
  writeFileSync(join(out, `words.${tag}.json`), JSON.stringify(words));
}
const app = readFileSync(join(out, "app.js"));
const built = Object.fromEntries(["app.js", "words.ar.json", "words.km.json"].map((name) => [name, sha256(readFileSync(join(out, name)))]));
writeFileSync(join(out, "BUILD.json"), `${JSON.stringify({ sources: sha256(lines.join("")), built }, null, 2)}\n`);

const packed = gzipSync(app).length;
console.log(`app.js ${app.length} bytes, ${packed} packed`);
if (packed > LIMIT) throw new Error(`app.js is over ${LIMIT} bytes packed`);
