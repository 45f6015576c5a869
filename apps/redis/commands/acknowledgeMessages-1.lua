--[[
Takes messages that are done out of the queue. Both steps or neither: an entry that is acknowledged but not deleted
would never be delivered again and yet count as backlog for ever.

KEYS[1]   stream of the partition
ARGV[1]   consumer group
ARGV[2…]  entry ids, at most 1,000

Result: how many of them were still pending.
]]
redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
return redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))
