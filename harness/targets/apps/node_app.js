// The echo contract on Node's http server: `node node_app.js PORT`.
"use strict";

const http = require("node:http");

const PAGE = "<h3>Home page</h3>\n";
const STEADY = "This text stays as it is.\n";
const TAG = '"steady-1"';
const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
const HTML = { "Content-Type": "text/html; charset=utf-8" };
const TEXT = { "Content-Type": "text/plain; charset=utf-8" };
const READ = ["GET", "HEAD"];

function whole(response, status, fields, content) {
  const octets = Buffer.from(content);
  response.writeHead(status, { ...fields, "Content-Length": octets.length });
  response.end(octets); // Node itself leaves out the content of an answer to HEAD
}

function fieldLines(raw) {
  const lines = [];
  for (let at = 0; at < raw.length; at += 2) lines.push([raw[at], raw[at + 1]]);
  return lines;
}

function inspect(request, response, content) {
  const told = {
    method: request.method,
    target: request.url,
    version: `HTTP/${request.httpVersion}`,
    fields: fieldLines(request.rawHeaders),
    trailer_fields: fieldLines(request.rawTrailers),
    content_base64: content.toString("base64"),
  };
  whole(response, 200, { "Content-Type": "application/json" }, JSON.stringify(told));
}

function steady(request, response) {
  const validators = { ETag: TAG, "Last-Modified": MODIFIED };
  const tags = request.headers["if-none-match"];
  const listed = (tags || "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  const known = tags ? listed.includes(TAG) || tags.trim() === "*" : request.headers["if-modified-since"] === MODIFIED;
  if (!known) return whole(response, 200, { ...TEXT, ...validators }, STEADY);
  response.writeHead(304, validators);
  response.end();
}

function inPieces(request, response) {
  response.writeHead(200, TEXT);
  for (const piece of ["one piece, ", "another, ", "and the last\n"]) response.write(piece);
  response.end();
}

const RESOURCES = {
  "/": [READ, (request, response) => whole(response, 200, HTML, PAGE)],
  "/echo": [["POST", "PUT"], (request, response, content) =>
    whole(response, 200, { "Content-Type": "application/octet-stream" }, content)],
  "/inspect": [[...READ, "POST", "PUT", "DELETE"], inspect],
  "/static": [READ, steady],
  "/empty": [READ, (request, response) => { response.writeHead(204); response.end(); }],
  "/redirect": [READ, (request, response) => whole(response, 302, { ...TEXT, Location: "/" }, "It is at /\n")],
  "/chunked": [READ, inPieces],
};

// Node hands over the request-target as it came; in absolute-form the path stands behind the authority.
function pathOf(target) {
  return target.replace(/^https?:\/\/[^/?]*/i, "").split("?")[0] || "/";
}

function answer(request, response, content) {
  const [methods, handler] = RESOURCES[pathOf(request.url)] || [];
  if (!methods) return whole(response, 404, TEXT, "There is nothing here.\n");
  if (methods.includes(request.method)) return handler(request, response, content);
  const allow = { Allow: [...methods, "OPTIONS"].join(", ") };
  if (request.method !== "OPTIONS") return whole(response, 405, { ...TEXT, ...allow }, "This resource does not do that.\n");
  response.writeHead(204, allow);
  response.end();
}

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => answer(request, response, Buffer.concat(pieces)));
});
server.listen(Number(process.argv[2]), "127.0.0.1");
