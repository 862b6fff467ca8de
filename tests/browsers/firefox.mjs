// One step of the smoke test in Firefox (tests/soak/test_firefox.py): node firefox.mjs URL PROFILE STEP NAME PASSWORD.
// Each step is a Firefox of its own on the same profile, as when somebody closes it and opens it again.
import puppeteer from "puppeteer-core";

const [url, profile, step, name, password] = process.argv.slice(2);
const browser = await puppeteer.launch({
  browser: "firefox", executablePath: process.env.FIREFOX, headless: true, userDataDir: profile,
  args: ["--width=1024", "--height=768"],
});
const page = await browser.newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));

const says = (words) => page.waitForFunction((text) => document.body.innerText.includes(text), { timeout: 30_000 }, words);

/** Press the visible link, button or label with exactly these words. */
async function press(words) {
  const found = await page.waitForFunction((text) => [...document.querySelectorAll("a, button, label")]
    .find((one) => one.offsetParent && one.innerText.trim().split("\n")[0] === text), { timeout: 30_000 }, words);
  await found.asElement().click();
}

const answered = (value) => page.waitForFunction((text) => [...document.querySelectorAll("[role=radio][aria-checked=true]")]
  .some((one) => one.innerText.trim().startsWith(text)), { timeout: 30_000 }, value);

/** Stand before a question, as after a start of the tablet. */
async function open(question) {
  await page.goto(`${url}/tablet/`);
  await (await page.waitForSelector("a[href^='/tablet/0']", { timeout: 30_000 })).click();
  await page.waitForFunction(() => location.pathname.includes("/q/"), { timeout: 30_000 });
  await page.goto(page.url().replace(/\/q\/.*/, `/q/${question}/`));
}

const STEPS = {
  async "take offline"() {
    await page.goto(`${url}/app/sign-in/`);
    await page.type("#id_username", name);
    await page.type("#id_password", password);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await page.goto(`${url}/tablet/`);
    await press("Take offline");
    await says("On this tablet since");
    await says("Starts without a network");
  },
  async "answer without a server"() {
    await open("emergency-exits-clear");
    await press("Non-compliant");
    await answered("Non-compliant");
    await says("0 of 1 safe");
  },
  async "send"() {
    await open("emergency-exits-clear");
    await answered("Non-compliant");
    await says("1 of 1 safe");
  },
};

try {
  await STEPS[step]();
} catch (error) {
  console.error(error.message, `\n${page.url()}\n${await page.evaluate(() => document.body.innerText)}`);
  process.exitCode = 1;
} finally {
  if (errors.length) process.exitCode = 1;
  errors.forEach((error) => console.error(error));
  await browser.close();
}
