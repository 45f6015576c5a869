/** Options of the command that prints what containers use, as `parseArgs` of Node.js takes them. */
export const usageOptions = {
  kubeconfig: { type: 'string' },
  seconds: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
} as const;
