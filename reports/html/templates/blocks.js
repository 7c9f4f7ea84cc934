// The data behind the page: deflated blocks, unfolded when they are asked for, and kept.
const unfolded = new Map();

const parsed = () => new Promise((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", () => done(), { once: true });
});

async function inflate(name) {
  if (!document.getElementById(`block-${name}`)) await parsed();
  const packed = atob(document.getElementById(`block-${name}`).textContent);
  const octets = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) octets[at] = packed.charCodeAt(at);
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function once(key, work) {
  if (!unfolded.has(key)) unfolded.set(key, work());
  return unfolded.get(key);
}

const block = (name) => once(name, () => inflate(name));
const json = (name) => once(`json ${name}`, async () => JSON.parse(new TextDecoder().decode(await block(name))));

// The index of everything, with the number of each case by plan and target.
const theIndex = () => once("the index", async () => {
  const index = await json("index");
  const { plan, target } = index.cases;
  index.numbers = new Map(plan.map((each, number) => [`${each} ${target[number]}`, number]));
  return index;
});

// The item of that number out of blocks `NAME-0`, `NAME-1` ..., whose first numbers are `starts`.
async function item(name, starts, number) {
  let place = starts.length - 1;
  while (starts[place] > number) place -= 1;
  return (await json(`${name}-${place}`))[number - starts[place]];
}

// Octets as they are kept: {total, parts: [{start, octets}]}; more than one part where they were cut.
async function octetsAt([chunk, offset, length, total, ranges]) {
  const kept = length ? (await block(`octets-${chunk}`)).subarray(offset, offset + length) : new Uint8Array();
  if (!ranges) return { total: length, parts: [{ start: 0, octets: kept }] };
  let at = 0;
  const parts = ranges.map(([start, end]) => {
    const octets = kept.subarray(at, at + end - start);
    at += end - start;
    return { start, octets };
  });
  return { total, parts };
}

const textAt = async (reference) => new TextDecoder().decode((await octetsAt(reference)).parts[0].octets);

// What of the octets [start, end) is kept.
function slice(all, start, end) {
  return {
    total: all.total,
    parts: all.parts.map((part) => {
      const from = Math.max(start, part.start);
      const to = Math.min(end, part.start + part.octets.length);
      return { start: from, octets: part.octets.subarray(from - part.start, Math.max(to, from) - part.start) };
    }).filter((part) => part.octets.length),
  };
}
