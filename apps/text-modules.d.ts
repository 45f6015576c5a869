/** Lua scripts, SQL migrations and pages are imported as text; esbuild and Jest both load them that way. */
declare module '*.lua' {
  const source: string;
  export default source;
}
declare module '*.sql' {
  const source: string;
  export default source;
}
declare module '*.html' {
  const source: string;
  export default source;
}
