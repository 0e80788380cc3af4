// The only page that the back end makes itself: what went wrong with a log-in. Without style or script, so that it shows
// whatever else is broken.
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export const loginProblem = (ja: string, en: string): string => `<!doctype html>
<html lang="ja">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>サインインできません - 朧 Oboro</title></head>
<body>
<main>
<h1>サインインできません</h1>
<p>${escapeHtml(ja)}</p>
<p lang="en">${escapeHtml(en)}</p>
<p><a href="/auth/login">もう一度サインインする / Sign in again</a></p>
</main>
</body>
</html>
`;
