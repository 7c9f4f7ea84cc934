// The smallest node server that can be judged: pages, and an echo of content.
const http = require('node:http');
http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const known = { '/': '<h3>Home page</h3>', '/echo': Buffer.concat(pieces) };
    const found = Object.hasOwn(known, request.url);
    response.statusCode = found ? 200 : 404;
    response.end(found ? known[request.url] : 'not found');
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
