-- For wrk: asks for the addresses of a file in turn, as browsers do, and prints what it took as JSON.
-- Each line has an address and, if who asks has the page already, its ETag.
local requests, turn = {}, 0

function init(args)
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

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "seconds": %.6f, "p99": %.3f, "bytes": %d, "failed": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(99) / 1000, summary.bytes,
        errors.connect + errors.read + errors.write + errors.timeout + errors.status
    ))
end
