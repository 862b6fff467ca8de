// Makes the one file the tablet runs, and BUILD.json, by which tablet/digest.py sees whether it is current.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "static", "tablet");
const LIMIT = 40 * 1024;

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function sources(folder) {
  return readdirSync(join(here, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]);
}

await build({
  absWorkingDir: here,
  entryPoints: ["src/app.js"],
  outfile: join(out, "app.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
});

const paths = [...sources("src"), "build.mjs", "package-lock.json"];
const lines = paths.map((path) => `${path}\0${sha256(readFileSync(join(here, path)))}\n`).sort();
const app = readFileSync(join(out, "app.js"));
writeFileSync(join(out, "BUILD.json"), `${JSON.stringify({ sources: sha256(lines.join("")), app: sha256(app) }, null, 2)}\n`);

const packed = gzipSync(app).length;
console.log(`app.js ${app.length} bytes, ${packed} packed`);
if (packed > LIMIT) throw new Error(`app.js is over ${LIMIT} bytes packed`);
