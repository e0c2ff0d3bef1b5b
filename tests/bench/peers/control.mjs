// How a program that is measured is driven: over a connection of its own, a byte for each round.
import { createServer } from "node:net";

// Calls `go` for each byte that comes, and says where viewers and driver are to connect.
export function driven(server, go) {
  const control = createServer((driver) => {
    driver.setNoDelay(true);
    driver.on("data", (bytes) => bytes.forEach(() => go()));
    driver.on("error", () => {});
  });
  control.listen(0, "127.0.0.1", () => {
    server.listen(0, "127.0.0.1", 1024, () => {
      console.log(server.address().port, control.address().port);
    });
  });
}
