/** Jest transform that loads Lua, SQL and HTML files as text modules, as esbuild does for the bundles. */
module.exports = {
  process: (source) => ({ code: `exports.__esModule = true; exports.default = ${JSON.stringify(source)};` }),
};
