/** Where clients reach the gateway. */

/** TCP port that the load balancer listens on. */
export const gatewayListenerPort = 443;
