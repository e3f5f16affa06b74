// The certified OpenID provider `oidc-provider` on loopback, for the tests. The one argument is its module's path.
//
// POST /control replaces the provider: {"client": {…}, "configuration": {…}, "keyId": "…", "algorithm": "RS256"}.
// GET /interaction/ID?account=A signs in as the holder of account A; &signed_in_at=SECONDS in the past; ?error=E refuses.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const { Provider } = await import(pathToFileURL(process.argv[2]));
const CURVES = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };
const keys = new Map();
let issuer, provider, answer;

function signingKey(kid, alg) {
  const name = `${kid} ${alg}`;
  if (!keys.has(name)) keys.set(name, newKey(kid, alg));
  return keys.get(name);
}

function newKey(kid, alg) {
  const pair = CURVES[alg]
    ? generateKeyPairSync("ec", { namedCurve: CURVES[alg] })
    : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...pair.privateKey.export({ format: "jwk" }), kid, alg, use: "sig" };
}

function replace({ client, configuration, keyId, algorithm }) {
  const algorithms = [algorithm, "RS256", "HS256"];
  provider = new Provider(issuer, {
    clients: [{ require_auth_time: true, id_token_signed_response_alg: algorithm, ...client }],
    jwks: { keys: [signingKey(keyId, algorithm === "HS256" ? "RS256" : algorithm)] },
    cookies: { keys: ["public"] },
    claims: { openid: ["sub"], accounts: ["accounts"] },
    scopes: ["openid", "accounts"],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
    enabledJWA: { idTokenSigningAlgValues: [...new Set(algorithms)], userinfoSigningAlgValues: [...new Set(algorithms)] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, accounts: [id] }) }),
    loadExistingGrant: async (context) => {
      const grant = new provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.session.accountId,
      });
      grant.addOIDCScope("openid accounts");
      await grant.save();
      return grant;
    },
    ...configuration,
  });
  answer = provider.callback();
}

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return JSON.parse(text);
}

async function interact(request, response, query) {
  const result = query.get("error")
    ? { error: query.get("error") }
    : { login: { accountId: query.get("account"), ts: Number(query.get("signed_in_at")) || undefined, remember: false } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, issuer);
  try {
    if (url.pathname === "/control") {
      replace(await body(request));
      response.end("{}");
    } else if (url.pathname.startsWith("/interaction/")) {
      await interact(request, response, url.searchParams);
    } else {
      answer(request, response);
    }
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, "127.0.0.1", () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  console.log(issuer);
});
// The tests hold standard input open; where they end, this process ends.
process.stdin.resume().on("end", () => process.exit(0));
