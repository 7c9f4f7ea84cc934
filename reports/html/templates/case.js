// The page of a case: one plan on one target, or on two side by side.
function findCase(index, place) {
  const target = index.targets.findIndex((one) => place.startsWith(`${one.slug}/`));
  if (target < 0) return -1;
  const slug = place.slice(index.targets[target].slug.length + 1);
  const plan = index.plans.findIndex((one) => one.slug === slug);
  return caseOf(index, plan, target);
}

const caseOf = (index, plan, target) => index.numbers.get(`${plan} ${target}`) ?? -1;

function judgement(index, rules, [number, standing, observed, seen, , , confirmed]) {
  const rule = rules.get(number);
  return make("div", { class: `judgement b-${index.standings[standing][0]}` },
    make("p", null, badge(index, standing), " ", make("span", { class: "level" }, index.rules[number][4]), " ",
      ruleLink(index, number)),
    pairs(["Observed", make("span", { class: "observed" }, ...prose(observed)),
      confirmed ? make("span", { class: "quiet" }, " and seen again when it was repeated") : ""],
      ["Permitted", permitted(rule.permitted, (name) => name === seen && "seen")]));
}

async function judgements(index, told) {
  const passing = index.standings.findIndex(([name]) => name === "conforms");
  const telling = told.verdicts.filter((verdict) => verdict[1] < passing);
  const quiet = told.verdicts.filter((verdict) => verdict[1] >= passing);
  const first = telling.length ? telling : quiet.slice(0, 1);
  const rest = telling.length ? quiet : quiet.slice(1);
  const rules = new Map();
  for (const [number] of first) rules.set(number, await item("rules", index.ruleBlocks, number));
  if (!first.length) return [make("p", { class: "quiet" }, "No rule spoke of this case.")];
  return [...first.map((verdict) => judgement(index, rules, verdict)),
    rest.length && make("details", { class: "plain" },
      make("summary", null, `${count(rest.length, "other rule has", "other rules have")} nothing against it`),
      make("ul", { class: "compact" }, rest.map(([number, standing, observed]) =>
        make("li", null, badge(index, standing), " ", ruleLink(index, number), ": ", ...prose(observed)))))];
}

// What the worst verdict that has a span marks; a mark on everything says nothing.
function span(told, place, total) {
  const found = told.verdicts.map((verdict) => verdict[place]).find(Boolean);
  return found && found[0] === 0 && found[1] >= total ? undefined : found;
}

async function sentSide(index, told) {
  if (!told.sent) return [make("p", { class: "notice" }, "The plan of this case is not stored: the run was cut off.")];
  const sent = await octetsAt(told.sent);
  const marker = told.marker !== undefined && told.marker < sent.total;
  return [octetBox(index, sent, span(told, 4, sent.total), "octets sent", marker ? [told.marker] : []),
    marker && make("p", { class: "quiet" },
      `From octet ${told.marker.toLocaleString("en")} on it is our marker, whose answer tells what became of the connection.`)];
}

async function timeline(index, told) {
  const sides = { us: told.sent && await octetsAt(told.sent), peer: await octetsAt(told.received) };
  return make("ol", { class: "wire" }, told.story.map(([at, actor, what, offset, length]) => {
    const [name, arrow] = index.actors[actor];
    const shown = length && sides[name] && slice(sides[name], offset, offset + Math.min(length, 200));
    const octets = shown ? shown.parts.flatMap((part) => pieces(index.alphabet, part)).map(element) : [];
    return make("li", { class: `by-${name}` }, make("span", { class: "at" }, at.toFixed(3)),
      make("span", { class: "arrow", "aria-hidden": "true" }, arrow),
      make("div", null, make("span", { class: "what" }, what),
        octets.length ? [" ", make("code", { class: "octets" }, octets, length > 200 ? " …" : "")] : ""));
  }));
}

function exchanges(told) {
  if (!told.exchanges.length) return make("p", { class: "quiet" }, "No request was understood in what was sent.");
  return table("Requests and their answers", ["Request", "Octets", "Answer", "Connection then"],
    told.exchanges.map(([start, end, interim, status, framing, fate, marker], number) => [
      [`${number + 1}`, marker ? make("small", null, " our marker") : ""], `${start} to ${end}`,
      [interim.map((one) => `${one}, `).join(""), make("strong", null, status === null ? "no complete answer" : `${status}`),
        framing ? make("small", null, ` ${framing}`) : ""], fate]));
}

function readings(told) {
  const opinions = told.opinions.map(([oracle, requests, responses]) =>
    [oracle, `of the requests: ${requests}`, make("br"), `of the responses: ${responses}`]);
  const anomalies = told.anomalies.map(([side, start, end, kind, ledger, detail]) => make("li", null,
    `${side} at ${start} to ${end}: ${kind} `, make("code", null, ledger), detail && `, ${detail}`));
  return [make("h4", null, "Independent parsers"),
    opinions.length ? pairs(...opinions) : make("p", { class: "quiet" }, "None was asked."),
    ...(anomalies.length ? [make("h4", null, "Departures from the grammar"), make("ul", { class: "compact" }, anomalies)] : [])];
}

function control(index, number) {
  const plan = index.plans[index.cases.plan[number]];
  if (plan.control < 0) return "";
  const twin = caseOf(index, plan.control, index.cases.target[number]);
  return twin < 0 ? "" : make("p", null, "Its sound twin ", link(`#${casePlace(index, twin)}`, index.plans[plan.control].title),
    " was answered ", make("strong", null, axes(index, twin)), ".");
}

async function again(index, number, told) {
  const plan = index.plans[index.cases.plan[number]];
  const target = index.targets[index.cases.target[number]];
  const command = ["wireproof run", target.again, plan.again].filter(Boolean).join(" ");
  const program = told.program && plan.comment + target.programHead + await textAt(told.program) + index.programTail;
  return [make("h4", null, "Again"), code(command, "command"),
    make("details", { class: "plain" }, make("summary", null, "As a Python program that needs nothing else"),
      program ? code(program, "reproducer", "program")
        : make("p", { class: "quiet" }, "Too long to show here; use the command."))];
}

async function receivedSide(index, told) {
  if (!told.received) {
    return make("p", { class: "notice" },
      "No transcript of this case is stored: the run was cut off before it was written.");
  }
  const received = await octetsAt(told.received);
  return octetBox(index, received, span(told, 5, received.total), "octets received", told.parts);
}

// How it went: the wire, what was asked and answered, what parsers made of it.
async function course(index, number, told) {
  const fate = index.answers[index.cases.answer[number]][1];
  return make("div", { class: "sides" },
    make("section", null,
      make("h4", null, "On the wire ", make("small", null, "seconds since the start of the connection")),
      await timeline(index, told)),
    make("section", null, make("h4", null, "Answer and connection"), exchanges(told),
      make("p", { class: "quiet" }, `At the end of the observation: ${told.ended}. ${index.fates[fate] || ""}`),
      readings(told)));
}

// Everything about one case, as a column.
async function caseColumn(index, number) {
  const told = await item("cases", index.caseBlocks, number);
  const target = index.targets[index.cases.target[number]];
  const column = make("section", { class: "column", "aria-label": target.name },
    make("h3", null, target.name, " ", make("small", null, target.server)),
    make("p", { class: "answer" }, badge(index, index.cases.standing[number]), " ", axes(index, number) || "no record"),
    await judgements(index, told), control(index, number),
    make("div", { class: "sides" },
      make("section", null, make("h4", null, "Sent"), await sentSide(index, told)),
      make("section", null, make("h4", null, "Received"), await receivedSide(index, told))),
    told.received ? await course(index, number, told) : "",
    await again(index, number, told));
  return column;
}

function targetChoice(index, label, number, beside, go) {
  const plan = index.cases.plan[number];
  const select = make("select", null, beside && make("option", { value: "" }, "nobody"),
    index.targets.map((target, place) => {
      const other = caseOf(index, plan, place);
      if (other < 0 || (beside && other === number)) return "";
      return make("option", { value: String(other) }, `${target.name}: ${axes(index, other)}`);
    }));
  select.value = beside === true || beside === false ? (beside ? "" : String(number)) : String(beside);
  select.addEventListener("change", () => go(select.value === "" ? -1 : Number(select.value)));
  return make("label", { class: "field small" }, make("span", null, label), select);
}

async function casePage(place, query) {
  const index = await theIndex();
  const number = findCase(index, place);
  if (number < 0) return missing(`This run has no case ${place}.`);
  const plan = index.plans[index.cases.plan[number]];
  const beside = index.targets.findIndex((target) => target.slug === new URLSearchParams(query).get("beside"));
  const other = beside < 0 ? -1 : caseOf(index, index.cases.plan[number], beside);
  const slugOf = (one) => index.targets[index.cases.target[one]].slug;
  const go = (one, two) => {
    location.hash = casePlace(index, one) + (two >= 0 && two !== one ? `?beside=${slugOf(two)}` : "");
  };
  const columns = [await caseColumn(index, number)];
  if (other >= 0 && other !== number) columns.push(await caseColumn(index, other));
  return [`${plan.title} on ${index.targets[index.cases.target[number]].name}`,
    make("p", { class: "crumbs" }, link("#matrix", "Matrix"), plan.rule >= 0 ? [" › ", ruleLink(index, plan.rule)] : ""),
    make("h2", { tabindex: "-1" }, ...prose(plan.title)),
    make("p", { class: "finding-marks" }, make("code", null, plan.id),
      make("span", { class: "quiet" }, index.origins[plan.origin] || ""),
      link(`#${casePlace(index, number)}`, "link to this case")),
    index.targets.length > 1 && make("div", { class: "choices" },
      targetChoice(index, "Target", number, false, (one) => go(one, other)),
      targetChoice(index, "Beside it", number, other >= 0 ? other : true, (two) => go(number, two))),
    make("div", { class: `columns of-${columns.length}` }, columns),
  ].filter(Boolean);
}
