// Asking the server; every failure becomes an Error with words for the person who reviews.

async function told(response) {
  const text = await response.text();
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    body = { error: text.trim() };
  }
  if (!response.ok) throw new Error(body.error || `the server said ${response.status}`);
  return body;
}

async function reached(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Error("the server cannot be reached; is fercurate review still running?");
  }
}

export async function ask(address) {
  return told(await reached(address, { cache: "no-store" }));
}

export async function change(address, body) {
  return told(await reached(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }));
}

// Names of files need not be UTF-8: bytes that are none stand in ids as halves of surrogate pairs.
export function spelled(id) {
  return [...id].map((sign) => {
    const code = sign.charCodeAt(0);
    return sign.length === 1 && code >= 0xdc80 && code <= 0xdcff
      ? `%${(code - 0xdc00).toString(16)}` : encodeURIComponent(sign);
  }).join("");
}

export async function picture(id) {
  const response = await reached(`/api/picture?id=${spelled(id)}`, {});
  if (!response.ok) return told(response);
  return createImageBitmap(await response.blob());
}
