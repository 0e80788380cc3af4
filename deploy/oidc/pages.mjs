// The few pages of the development provider: health, sign-in (browser), and the approval of a device code by a plain
// HTTP request, which lets a test finish the device flow without a browser.
import { createHash, timingSafeEqual } from 'node:crypto';

const escapeHtml = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const digest = (text) => createHash('sha256').update(String(text)).digest();

const page = (title, body) => `<!doctype html><html lang="ja"><meta charset="utf-8">
<title>${escapeHtml(title)}</title><body><h1>${escapeHtml(title)}</h1>${body}</body></html>`;

const form = (action, error) => page('Oboro 開発用サインイン', `
${error ? `<p role="alert">${escapeHtml(error)}</p>` : ''}
<form method="post" action="${escapeHtml(action)}">
<p><label>利用者 <input name="username" autocomplete="username" required></label></p>
<p><label>パスワード <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>サインイン</button></p></form>
<p>利用者とパスワードは STATE/clients.json の users にあります。</p>`);

const MAX_BODY = 8192;

async function readForm(ctx) {
  let body = '';
  for await (const chunk of ctx.req) {
    body += chunk;
    if (body.length > MAX_BODY) ctx.throw(413, 'form too large');
  }
  return new URLSearchParams(body);
}

function signIn(passwords, fields) {
  const username = fields.get('username') ?? '';
  const expected = Object.hasOwn(passwords, username) ? passwords[username].password : undefined;
  const given = digest(fields.get('password') ?? '');
  return expected !== undefined && timingSafeEqual(given, digest(expected)) ? username : undefined;
}

async function grantFor(provider, options, accountId, clientId, grantId) {
  const existing = grantId ? await provider.Grant.find(grantId) : undefined;
  const grant = existing ?? new provider.Grant({ accountId, clientId });
  grant.addOIDCScope('openid offline_access');
  grant.addResourceScope(options.resource, 'oboro');
  return grant.save();
}

// GET shows the sign-in form; POST signs in and consents in one step. All clients here are our own.
async function interaction(provider, options, ctx) {
  const details = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === 'GET' && details.prompt.name === 'login') {
    ctx.body = form(ctx.path);
    return;
  }
  let { accountId } = details.session ?? {};
  if (ctx.method === 'POST') {
    accountId = signIn(options.passwords, await readForm(ctx));
    if (!accountId) {
      ctx.status = 401;
      ctx.body = form(ctx.path, '利用者またはパスワードが違います。');
      return;
    }
  }
  const { grantId: previous, params } = details;
  const grantId = await grantFor(provider, options, accountId, params.client_id, previous);
  ctx.respond = false;
  await provider.interactionFinished(
    ctx.req,
    ctx.res,
    { login: { accountId }, consent: { grantId } },
    { mergeWithLastSubmission: true },
  );
}

// POST /dev/device/approve user_code, username, password.
async function approveDevice(provider, options, ctx) {
  const fields = await readForm(ctx);
  const accountId = signIn(options.passwords, fields);
  if (!accountId) ctx.throw(401, 'wrong username or password');
  const userCode = (fields.get('user_code') ?? '').toUpperCase().replace(/\W/g, '');
  const code = userCode ? await provider.DeviceCode.findByUserCode(userCode) : undefined;
  if (!code || code.isExpired || code.accountId || code.error) {
    ctx.throw(404, 'no such user code waits for approval');
  }
  Object.assign(code, {
    accountId,
    grantId: await grantFor(provider, options, accountId, code.clientId),
    scope: 'openid oboro',
    resource: options.resource,
    authTime: Math.floor(Date.now() / 1000),
  });
  await code.save();
  ctx.body = { approved: accountId };
}

const button = (formId, text, extra = '') => `<button type="submit" form="${formId}" ${extra}>${text}</button>`;

// The library's own pages fetch a font from the Internet; these do not.
export const devicePages = {
  userCodeInputSource(ctx, userCodeForm, _out, error) {
    const message = error ? '<p role="alert">コードが違います。</p>' : '<p>端末に表示されたコードを入力してください。</p>';
    ctx.body = page('端末のサインイン', message + userCodeForm + button('op.deviceInputForm', '次へ'));
  },
  userCodeConfirmSource(ctx, confirmForm, client, _info, userCode) {
    const message = `<p>${escapeHtml(client.clientName)} に表示されたコード: <code>${escapeHtml(userCode)}</code></p>`;
    ctx.body = page('端末の確認', message + confirmForm + button('op.deviceConfirmForm', '承認する')
      + button('op.deviceConfirmForm', '中止する', 'name="abort" value="yes"'));
  },
  successSource(ctx) {
    ctx.body = page('サインインしました', '<p>この画面を閉じて端末に戻ってください。</p>');
  },
};

export const logoutPages = {
  logoutSource(ctx, logoutForm) {
    ctx.body = page('サインアウト', '<p>サインアウトしますか。</p>' + logoutForm
      + button('op.logoutForm', 'サインアウトする', 'name="logout" value="yes"')
      + button('op.logoutForm', 'サインインしたままにする'));
  },
  postLogoutSuccessSource(ctx) {
    ctx.body = page('サインアウトしました', '<p>この画面を閉じてください。</p>');
  },
};

export function renderError(ctx, out) {
  ctx.type = 'html';
  ctx.body = page('サインインできません', Object.entries(out)
    .map(([key, value]) => `<p>${escapeHtml(key)}: ${escapeHtml(value)}</p>`).join(''));
}

export function registerPages(provider, options) {
  provider.use(async (ctx, next) => {
    if (ctx.path === '/healthz') {
      ctx.body = { status: 'ok' };
    } else if (ctx.path === '/dev/device/approve' && ctx.method === 'POST') {
      await approveDevice(provider, options, ctx);
    } else if (/^\/interaction\/[\w-]+$/.test(ctx.path)) {
      await interaction(provider, options, ctx);
    } else {
      await next();
    }
  });
}
