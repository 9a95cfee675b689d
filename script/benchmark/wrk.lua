-- For wrk: asks for the addresses of a file in turn, as browsers do, and prints what it took as JSON. Every answer must
-- have the status that is named after the file. Each line has an address and, if the page is known already, its ETag.
local requests, turn, status, only = {}, 0, 0, nil
wrong = 0 -- global: thread:get reads it

function setup(thread)
    only = thread
end

function init(args)
    status = tonumber(args[2])
    for line in io.lines(args[1]) do
        local path, etag = line:match("^(%S+)%s*(.*)$")
        local headers = { ["Accept-Encoding"] = "gzip, deflate, br", ["If-None-Match"] = etag ~= "" and etag or nil }
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function response(answered)
    if answered ~= status then wrong = wrong + 1 end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "seconds": %.6f, "p99": %.3f, "failed": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(99) / 1000,
        errors.connect + errors.read + errors.write + errors.timeout + only:get("wrong")
    ))
end
