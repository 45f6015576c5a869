/** Port of the receiver: notifications, and `/readyz`. */
export const receiverPort = 8_080;
