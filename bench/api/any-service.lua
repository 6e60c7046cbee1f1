-- Each request asks for another of the services, so that no answer can stand for two of them.
local kinds = { 'cart', 'mail', 'search', 'ledger', 'stock', 'gate', 'feed', 'price' }
local pattern, services

function init(args)
  pattern, services = args[1], tonumber(args[2])
end

function request()
  local i = math.random(0, services - 1)
  local path = pattern:gsub('{number}', i):gsub('{name}', string.format('%s-%05d', kinds[1 + i % 8], i))
  return wrk.format(nil, path)
end
