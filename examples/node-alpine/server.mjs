// Greets whoever asks. The environment was checked before Node was started, so it is only read.
import { createServer } from "node:http";

const { SHOP_PORT, SHOP_UPSTREAM, SHOP_LOG_LEVEL, SHOP_FEATURES } = process.env;
const features = SHOP_FEATURES.split(",");
const upstream = new URL(SHOP_UPSTREAM);

const server = createServer((request, response) => {
  if (SHOP_LOG_LEVEL === "debug") console.log(`${request.method} ${request.url}`);
  response.end(JSON.stringify({ upstream: upstream.host, features }) + "\n");
});

server.listen(Number(SHOP_PORT), () => console.log(`listening on port ${SHOP_PORT}`));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
