/** Port of `/readyz`: 200 after a round in which everything could be listed. */
export const readinessPort = 8081;
