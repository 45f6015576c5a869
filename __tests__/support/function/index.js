module.exports = { handler: async () => {} };
