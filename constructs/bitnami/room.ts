/** How much memory and disk a pod of Redis has for data. */
import { maxmemoryBytes, plannableMebibytes, reservedFraction } from '../redis/capacity';

const mebibyte = 1024 * 1024;

/**
 * Mebibytes that one server needs beside data, whatever its size: itself (64), the replication backlog (16), the buffer of
 * a replica that copies (64 for a minute; see `client-output-buffer-limit`), clients (64), and fragmentation.
 */
const fixedMebibytes = 256;

/**
 * Copies of all data that a volume has room for: an append-only file that has doubled, its rewrite, a snapshot, and a
 * snapshot that is being written.
 */
const copiesOnVolume = 5;

/** Redis' `maxmemory`, in bytes: the container's memory less the reserve. */
export const podMaxmemoryBytes = maxmemoryBytes;

/** Mebibytes that a container needs at least, for the reserve to hold what is fixed. */
export const leastMemoryMebibytes = fixedMebibytes / reservedFraction;

/** Mebibytes of data that may be planned for on all shards together. */
export const podsPlannableMebibytes = (memoryMebibytes: number, shards: number) =>
  plannableMebibytes({ nodeMemoryMebibytes: memoryMebibytes, shards });

/** Gibibytes that a pod's volume must have. */
export const leastVolumeGibibytes = (memoryMebibytes: number) =>
  Math.ceil((copiesOnVolume * maxmemoryBytes(memoryMebibytes)) / (1024 * mebibyte));
