// Hashes of epcis2.js on one thread: node hash.mjs DOCUMENT [SECONDS]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { eventToHashedId } = createRequire(import.meta.url)("epcis2.js");
const document = JSON.parse(readFileSync(process.argv[2], "utf8"));
const seconds = Number(process.argv[3] ?? 5);
const events = document.epcisBody.eventList;
const context = Object.assign({}, ...document["@context"].filter((c) => typeof c === "object"));
const used = process.cpuUsage();
const begin = process.hrtime.bigint();
let done = 0;
while (Number(process.hrtime.bigint() - begin) / 1e9 < seconds) eventToHashedId(events[done++ % events.length], context);
const wall = Number(process.hrtime.bigint() - begin) / 1e9;
const spent = process.cpuUsage(used);
console.log(JSON.stringify({ measure: "epcis2.js hash", rate: Math.round(done / wall), rate_by_processor_time: Math.round(done / ((spent.user + spent.system) / 1e6)) }));
