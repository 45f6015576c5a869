/** What the operating system of a machine is told for Redis' sake. */

/**
 * Kernel settings. Source: "Linux kernel settings" of the Redis administration page; the backlog of connections has to
 * be as long as Redis asks for (`tcp-backlog`).
 */
export const sysctl = `vm.overcommit_memory = 1
vm.swappiness = 1
net.core.somaxconn = 4096
net.ipv4.tcp_max_syn_backlog = 4096
`;

/** Transparent huge pages, which make a fork of Redis copy 2 MiB for each byte that is written: for who asks for them. */
export const hugePages = `w- /sys/kernel/mm/transparent_hugepage/enabled - - - - madvise
w- /sys/kernel/mm/transparent_hugepage/defrag - - - - madvise
`;

/** The servers log to the journal, which is kept, and bounded; there is nothing to rotate. */
export const journal = `[Journal]
Storage=persistent
SystemMaxUse=1G
MaxRetentionSec=90day
`;

/** Updates of libraries must not restart the servers of all machines in the same hour; who updates does it, one by one. */
export const needrestart = `$nrconf{override_rc}{qr(^redis-platform-)} = 0;
`;
