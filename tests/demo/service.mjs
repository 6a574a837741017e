// A small service with the endpoints that Bakhmach's checklist speaks of. It listens on a free port
// of the loopback interface, prints its address as the first line, and ends with its standard input.
import { createServer } from "node:http";

const started = Date.now();

const answers = {
  "GET /health": () => json({ status: "ok", version: "2.4.0", database: "connected" }),
  "GET /api/sync/status": () => json({ status: "idle", lag_seconds: 3, records: 1834 }),
  "POST /api/sync": () => json({ accepted: true }, 202),
  "GET /metrics": () => ({
    status: 200,
    type: "text/plain; version=0.0.4",
    body: `# TYPE process_uptime_seconds gauge\nprocess_uptime_seconds ${(Date.now() - started) / 1000}\n`,
  }),
};

function json(value, status = 200) {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const answer = answers[`${request.method} ${path}`]?.() ?? json({ error: "not found" }, 404);
  request.resume();
  response.writeHead(answer.status, {
    "content-type": answer.type,
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
  });
  response.end(answer.body);
});

server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.stdin.on("end", () => server.close()).resume();
