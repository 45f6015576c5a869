/** How long a backup is kept is told by the first part of its name. */

/**
 * The first part of the name of a backup, from the one that is kept shortest. It is also the prefix of its objects: the
 * export writes `<name>-0001.rdb` into the root of a bucket and knows no folders, and S3's lifecycle rules go by any prefix.
 */
export const tiers = ['hourly', 'daily', 'monthly'] as const;

export type Tier = (typeof tiers)[number];

/** Prefix of the objects of a tier. */
export const tierPrefix = (tier: Tier) => `${tier}-`;
