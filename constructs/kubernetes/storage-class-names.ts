/** Names of storage classes; apart from the classes themselves, which need a provider. */

/** The class for what names none. */
export const defaultStorageClass = 'gp3';

/** The class for volumes in one zone. */
export const zoneStorageClass = (zone: string) => `${defaultStorageClass}-${zone}`;
