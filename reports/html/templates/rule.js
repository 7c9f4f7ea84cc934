// The page of a rule: what it asks, what it permits, how each target stands, and all its cases.
function casePlace(index, number) {
  const { plan, target } = index.cases;
  return `case/${index.targets[target[number]].slug}/${index.plans[plan[number]].slug}`;
}

const ruleLink = (index, number) => link(`#rule/${index.rules[number][0]}`, ...prose(index.rules[number][2]));

const axes = (index, number) => index.answers[index.cases.answer[number]].filter(Boolean).join(" ");

function outcome(index, standing, number) {
  const [name, word, , symbol] = standing < 0 ? ["none", "not judged", "", ""] : index.standings[standing];
  const cell = make("td", { class: `outcome s-${name}` });
  if (number === undefined || number < 0) cell.append(`${symbol}\u00a0${word}`);
  else cell.append(link(`#${casePlace(index, number)}`, `${symbol}\u00a0${word}`), make("br"), axes(index, number));
  return cell;
}

function permitted(list, mark) {
  if (!list.length) return make("p", { class: "quiet" }, "The rule names no reactions.");
  return make("ul", { class: "permitted" }, list.map(([name, description, who]) => {
    const seen = mark(name, who);
    return make("li", { class: seen && "seen" },
      make("span", { class: "tick", "aria-hidden": "true" }, seen ? "✓" : "•"),
      make("div", null, make("strong", null, name),
        description && description !== name ? [": ", ...prose(description)] : "",
        seen && make("span", { class: "who" }, ` ${seen}`)));
  }));
}

function requirements(rule) {
  return make("ul", { class: "requirements" }, rule.requirements.map(([id, keyword, url, rfc, section, summary]) =>
    make("li", null, make("p", null, ...prose(summary)), make("p", { class: "quiet" },
      make("span", { class: "level" }, keyword), " · ", link(url, `RFC ${rfc} section ${section}`), " · ",
      make("code", null, id)))));
}

function ruleTargets(index, rule) {
  const rows = rule.cells.map((cell, target) => [
    index.targets[target].name,
    outcome(index, cell.standing, cell.case),
    prose(cell.observed || ""),
    cell.counts.map(([standing, number]) => [badge(index, standing, number), " "]),
  ]);
  return table("How each target stands", ["Target", "Stands", "Observed", "All verdicts"], rows);
}

// A small matrix: the cases of the rule x targets.
function ruleCases(index, rule) {
  const byPlan = new Map();
  for (const [number, standing] of rule.own) {
    const plan = index.cases.plan[number];
    if (!byPlan.has(plan)) byPlan.set(plan, index.targets.map(() => make("td", null, "–")));
    byPlan.get(plan)[index.cases.target[number]] = outcome(index, standing, number);
  }
  if (!byPlan.size) return make("p", { class: "quiet" }, "The rule has no case of its own: it judges whatever is seen.");
  const rows = [...byPlan].map(([plan, cells]) => [
    [...prose(index.plans[plan].title), make("br"), make("code", { class: "quiet" }, index.plans[plan].id)], ...cells]);
  return table("Cases of this rule", ["Case", ...index.targets.map((target) => target.name)], rows);
}

function elsewhere(index, rule) {
  if (!rule.elsewhere.length) return [];
  return [make("h3", null, "Seen in other cases too"), make("ul", { class: "compact" },
    rule.elsewhere.map(([number, standing, observed]) => make("li", null, badge(index, standing), " ",
      number < 0 ? "" : link(`#${casePlace(index, number)}`, index.targets[index.cases.target[number]].name, ": ",
        index.plans[index.cases.plan[number]].title), " ", ...prose(observed))))];
}

function causes(index, rule) {
  if (!rule.causes.length) return [];
  return [make("h3", null, "Causes"), make("ul", { class: "compact" }, rule.causes.map(([target, cause, cases, notes]) =>
    make("li", null, make("strong", null, index.targets[target].name), `: ${cause} `,
      make("span", { class: "quiet" }, count(cases, "case")),
      notes.map((note) => [make("br"), make("span", { class: "quiet" }, note)]))))];
}

async function rulePage(slug) {
  const index = await theIndex();
  const number = index.rules.findIndex((one) => one[0] === slug);
  if (number < 0) return missing(`This run has no rule ${slug}.`);
  const rule = await item("rules", index.ruleBlocks, number);
  const [, id, title, standing, level] = index.rules[number];
  const who = (name, targets) => targets.length
    && `seen on ${targets.slice(0, 6).map((target) => index.targets[target].name).join(", ")}${
      targets.length > 6 ? ` and ${targets.length - 6} more` : ""}`;
  return [title,
    make("p", { class: "crumbs" }, link("#matrix", "Matrix"), " › ",
      link(`#rfc/${rule.rfc}-${rule.section}`, `RFC ${rule.rfc} ${rule.section} ${rule.sectionTitle}`)),
    make("p", { class: "finding-marks" }, badge(index, standing), make("span", { class: "level" }, level),
      make("code", null, id), rule.area && make("span", { class: "quiet" }, `area ${rule.area}`),
      rule.security !== "none" && make("span", { class: "security" }, rule.security),
      link(`#rule/${slug}`, "link to this rule")),
    make("h2", { tabindex: "-1" }, ...prose(title)),
    rule.why && make("p", { class: "why" }, ...prose(rule.why)),
    make("div", { class: "sides" },
      make("section", null, make("h3", null, "Required"), rule.requirements.length ? requirements(rule)
        : make("p", { class: "quiet" }, link(rule.url, `RFC ${rule.rfc} section ${rule.section}`), ` ${rule.covers.join(", ")}`)),
      make("section", null, make("h3", null, "Permitted"), permitted(rule.permitted, who))),
    make("h3", null, "Targets"), ruleTargets(index, rule),
    ...causes(index, rule),
    make("h3", null, "Cases"), ruleCases(index, rule),
    ...elsewhere(index, rule),
    make("h3", null, "Again"), code(["wireproof run", index.targets.length === 1 ? index.targets[0].again : "", id]
      .filter(Boolean).join(" "), "command"),
  ].filter(Boolean);
}

const missing = (text) => ["Not here", make("h2", { tabindex: "-1" }, "Not here"), make("p", null, text)];
