-- Each request asks for another of the thousand services, so that no answer can stand for two of them.
local kinds = { 'cart', 'mail', 'search', 'ledger', 'stock', 'gate', 'feed', 'price' }
local pattern

function init(args)
  pattern = args[1]
end

function request()
  local i = math.random(0, 999)
  local path = pattern:gsub('{number}', i):gsub('{name}', string.format('%s-%05d', kinds[1 + i % 8], i))
  return wrk.format(nil, path)
end
