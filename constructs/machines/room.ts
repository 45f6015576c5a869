/** How much of a machine is for data. */
import { maxmemoryBytes, plannableMebibytes } from '../redis/capacity';

/** Mebibytes for the operating system, the Sentinel and what else runs beside Redis. */
const systemMebibytes = 1_024;

/**
 * Copies of all data that a disk must have room for: an append-only file that has doubled, its rewrite, a snapshot, and a
 * snapshot that is being written.
 */
const copiesOnDisk = 5;

/** Redis' `maxmemory` on a machine, in bytes: its memory less what the system takes, less the reserve. */
export const machineMaxmemoryBytes = (machineMebibytes: number) => maxmemoryBytes(machineMebibytes - systemMebibytes);

/** Mebibytes of data that may be planned for. Every machine holds all of it. */
export const machinePlannableMebibytes = (machineMebibytes: number) =>
  plannableMebibytes({ nodeMemoryMebibytes: machineMebibytes - systemMebibytes, shards: 1 });

/** Gibibytes that the disk for data must have. */
export const leastDiskGibibytes = (machineMebibytes: number) =>
  Math.ceil((copiesOnDisk * machineMaxmemoryBytes(machineMebibytes)) / 1024 ** 3);
