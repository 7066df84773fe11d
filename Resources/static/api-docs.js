// Fills each operation of the list with what the OpenAPI document says of it, when it is opened.

const root = document.querySelector("[data-openapi]");
const words = {
  parameters: root.dataset.wordsParameters,
  body: root.dataset.wordsBody,
  answers: root.dataset.wordsAnswers,
  required: root.dataset.wordsRequired,
  example: root.dataset.wordsExample,
};
const loaded = fetch(root.dataset.openapi).then((response) => response.json());

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function resolve(api, part) {
  if (!part?.$ref) return part ?? {};
  const names = part.$ref.replace(/^#\//, "").split("/");
  return names.reduce((at, name) => at?.[name.replace(/~1/g, "/").replace(/~0/g, "~")], api) ?? {};
}

function kind(api, schema) {
  const name = schema?.$ref?.split("/").pop();
  const full = resolve(api, schema);
  if (name) return name;
  if (full.enum) return full.enum.join(" | ");
  if (full.type === "array") return `${kind(api, full.items)}[]`;
  return [full.type].flat().filter(Boolean).join(" | ") + (full.format ? ` (${full.format})` : "");
}

function facts(api, rows) {
  const list = element("dl", "facts");
  for (const row of rows) {
    const term = element("dt", "", element("code", "", row.name));
    if (row.required) term.append(element("span", "bad", ` ${words.required}`));
    const type = kind(api, row.schema);
    const about = row.description ?? resolve(api, row.schema).description ?? "";
    list.append(term, element("dd", "", element("code", "quiet", type), about ? ` ${about}` : ""));
  }
  return list;
}

function properties(api, schema) {
  const full = resolve(api, schema);
  const needed = new Set(full.required ?? []);
  return Object.entries(full.properties ?? {}).map(([name, part]) => ({ name, schema: part, required: needed.has(name) }));
}

function body(content) {
  return Object.values(content ?? {})[0] ?? {};
}

function sections(api, operation, path) {
  const out = [];
  const parameters = [...(path.parameters ?? []), ...(operation.parameters ?? [])].map((part) => resolve(api, part));
  if (parameters.length) out.push([words.parameters, facts(api, parameters)]);
  const request = body(resolve(api, operation.requestBody).content);
  if (request.schema) out.push([words.body, facts(api, properties(api, request.schema))]);
  if (request.example) out.push([words.example, element("pre", "code", JSON.stringify(request.example, null, 2))]);
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const full = resolve(api, answer);
    return { name: status, schema: body(full.content).schema ?? {}, description: full.description };
  });
  if (answers.length) out.push([words.answers, facts(api, answers)]);
  return out;
}

for (const details of root.querySelectorAll("details[data-path]")) {
  details.addEventListener("toggle", async () => {
    const place = details.querySelector(".in");
    if (!details.open || place.childElementCount) return;
    const api = await loaded;
    const path = api.paths?.[details.dataset.path] ?? {};
    const operation = path[details.dataset.method] ?? {};
    if (operation.description) place.append(element("p", "soft", operation.description));
    for (const [title, content] of sections(api, operation, path)) place.append(element("h3", "", title), content);
  }, { passive: true });
}
