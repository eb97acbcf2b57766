
// What the build adds to the kernel's worker: Python begins to load when the worker starts, not when a notebook asks.
{
  const site = new URL("../../../../", import.meta.url).href;
  const told = (level) => (data) => postMessage({ _logMessage: { type: "text", level, data } });

  const early = async () => {
    const config = (await (await fetch(`${site}jupyter-lite.json`)).json())["jupyter-config-data"];
    const { pyodideUrl, loadPyodideOptions } = config.litePluginSettings["@jupyterlite/pyodide-kernel-extension:kernel"];
    const url = new URL(pyodideUrl, site).href;
    const { loadPyodide } = await import(url);
    const python = await loadPyodide({
      ...loadPyodideOptions,
      indexURL: new URL(".", url).href,
      lockFileURL: new URL(loadPyodideOptions.lockFileURL, site).href,
      stdout: told("info"),
      stderr: told("critical"),
    });
    await python.runPythonAsync("import piplite.piplite, pyodide_kernel");
    return python;
  };

  const python = early();
  self.earlyPython = () => python;
}
