// Runs a program in Pyodide, outside of a browser: only the page's own Python writes bytecode that the page can read.
//   node bytecode.mjs PYODIDE PROGRAM ARCHIVES NOTEBOOKS
import { readFileSync } from "node:fs";

const [pyodide, program, archives, notebooks] = process.argv.slice(2);
const { loadPyodide } = await import(`${pyodide}/pyodide.mjs`);
const python = await loadPyodide({ indexURL: pyodide });
for (const [place, root] of Object.entries({ "/archives": archives, "/notebooks": notebooks })) {
  python.FS.mkdir(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
await python.runPythonAsync(readFileSync(program, "utf8"));
