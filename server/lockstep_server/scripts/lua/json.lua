-- Lua values as JSON text. Reads tables raw, so that no metamethod of a script runs in here.
-- Answers the text, or nil, what is wrong, and the kind of error it is.

local levels_most = ...
local next, pcall, error, tostring, tonumber = next, pcall, error, tostring, tonumber
local rawget, type, math_type, huge = rawget, type, math.type, math.huge
local format, gsub, concat, sort, utf8_len = string.format, string.gsub, table.concat, table.sort, utf8.len

-- Whole numbers up to here are the same as floats and as integers.
local EXACT = 2 ^ 53
-- Tables that came from lists: an empty one stays a list when it goes out again.
local lists = setmetatable({}, { __mode = "k" })
local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
for code = 0, 127 do
  local character = string.char(code)
  if (code < 32 or code == 127) and not escapes[character] then
    escapes[character] = format("\\u%04x", code)
  end
end

local function refuse(walk, text, kind)
  walk.text = #walk.path == 0 and "it " .. text or "member " .. concat(walk.path, ".") .. " " .. text
  walk.kind = kind or "runtime"
  error(walk, 0)
end

local function spend(walk, bytes)
  walk.left = walk.left - bytes
  if walk.left < 0 then
    walk.path = {}
    refuse(walk, "has more than " .. walk.most .. " bytes as JSON", "too_much")
  end
end

local function put(walk, text)
  spend(walk, #text)
  walk.pieces[#walk.pieces + 1] = text
end

local function text_of(walk, value)
  if #value > walk.left then
    spend(walk, #value)
  end
  if not utf8_len(value) then
    refuse(walk, "is text that is not UTF-8")
  end
  return '"' .. gsub(value, '[%c"\\]', escapes) .. '"'
end

local function number(walk, value)
  if math_type(value) == "integer" then
    return format("%d", value)
  end
  if value ~= value or value == huge or value == -huge then
    refuse(walk, "is a number that JSON does not know (" .. tostring(value) .. ")")
  end
  if value % 1 == 0 and value < EXACT and value > -EXACT then
    return format("%d", value)
  end
  local short = format("%.15g", value)
  return tonumber(short) == value and short or format("%.17g", value)
end

-- The keys of a table, sorted, so that a repeat of a script answers the same; how many are numbers.
local function keys_of(walk, value)
  local keys, numbers = {}, 0
  for key in next, value do
    if #keys >= walk.left then
      spend(walk, walk.left + 1)
    end
    keys[#keys + 1] = key
    if math_type(key) == "integer" then
      numbers = numbers + 1
    elseif type(key) ~= "string" then
      refuse(walk, "has a key that is a " .. type(key) .. "; keys are text, or numbers from 1 on")
    end
  end
  if numbers == 0 then
    sort(keys)
  end
  return keys, numbers
end

local write

local function write_list(walk, value, count)
  put(walk, "[")
  for place = 1, count do
    put(walk, place > 1 and "," or "")
    walk.path[#walk.path + 1] = format("%d", place)
    local member = rawget(value, place)
    if member == nil then
      walk.path[#walk.path] = nil
      refuse(walk, "is a list with gaps: number keys run from 1 without one left out")
    end
    write(walk, member)
    walk.path[#walk.path] = nil
  end
  put(walk, "]")
end

local function write_table(walk, value)
  if walk.open[value] then
    refuse(walk, "is a table that contains itself")
  end
  if walk.levels == levels_most then
    refuse(walk, "is nested more than " .. levels_most .. " levels deep", "too_much")
  end
  walk.open[value], walk.levels = true, walk.levels + 1
  local keys, numbers = keys_of(walk, value)
  if numbers > 0 and numbers < #keys then
    refuse(walk, "is a table with both number keys and text keys; use one kind")
  elseif numbers > 0 or (#keys == 0 and lists[value]) then
    write_list(walk, value, numbers)
  else
    put(walk, "{")
    for place = 1, #keys do
      local key = keys[place]
      put(walk, (place > 1 and "," or "") .. text_of(walk, key) .. ":")
      walk.path[#walk.path + 1] = #key <= 40 and key or "…"
      write(walk, rawget(value, key))
      walk.path[#walk.path] = nil
    end
    put(walk, "}")
  end
  walk.open[value], walk.levels = nil, walk.levels - 1
end

function write(walk, value)
  local kind = type(value)
  if kind == "table" then
    write_table(walk, value)
  elseif kind == "string" then
    put(walk, text_of(walk, value))
  elseif kind == "number" then
    put(walk, number(walk, value))
  elseif kind == "boolean" then
    put(walk, tostring(value))
  elseif kind == "nil" then
    put(walk, "null")
  else
    refuse(walk, "is a " .. kind .. "; only text, numbers, booleans, nil and tables of them can go out")
  end
end

local function encode(value, most)
  local walk = { pieces = {}, path = {}, open = {}, levels = 0, left = most, most = most }
  local done, trouble = pcall(write, walk, value)
  if done then
    return concat(walk.pieces)
  end
  if trouble == walk then
    return nil, walk.text, walk.kind
  end
  -- What is left is memory: it is nobody's mistake here, and the runner knows it by its text.
  error(trouble, 0)
end

return { encode = encode, lists = lists }
