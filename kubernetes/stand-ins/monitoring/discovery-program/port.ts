/** Port of the program, in the pod of Prometheus. */
export const discoveryPort = 8_082;
