// The version of the client, as it is released. It is told with every request and shown to who looks after tablets.
// Another number means: record the requests of this one first (tests/contracts/traces).
export const VERSION = "0.1";
