--[[
  Empties the list of a user's sessions: from then on none of them is valid.

  KEYS[1]  the list

  Result: the hashes that it had.
]]
local hashes = redis.call('ZRANGE', KEYS[1], 0, -1)
redis.call('UNLINK', KEYS[1])
return hashes
