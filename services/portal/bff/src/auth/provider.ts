// The OpenID provider: authorization code with PKCE, refresh, logout. Whatever provider the configuration names.
import * as oidc from 'openid-client';

import type { Config } from '../config';
import { randomToken } from '../seal';
import type { Tokens } from '../session';

/** What a log-in under way must remember; it lies sealed in a short-lived cookie. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
}

export interface Login {
  subject: string;
  name: string;
  tokens: Tokens;
}

/** The provider does not want this session any longer. */
export class GrantRefused extends Error {}

export interface Provider {
  begin(returnTo: string): Promise<{ url: string; attempt: Attempt }>;
  finish(url: URL, attempt: Attempt): Promise<Login>;
  refresh(refreshToken: string): Promise<Tokens>;
  /** Revokes what can be revoked and tells where the browser ends the provider's own session. */
  logout(tokens: Tokens): Promise<string>;
  ready(): Promise<boolean>;
}

export class OidcProvider implements Provider {
  readonly #config: Config;
  readonly #secret: string;
  #discovered: Promise<oidc.Configuration> | undefined;

  constructor(config: Config, secret: string) {
    this.#config = config;
    this.#secret = secret;
  }

  async begin(returnTo: string): Promise<{ url: string; attempt: Attempt }> {
    const attempt = {
      state: randomToken(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      returnTo,
    };
    const { scope, resource, prompt } = this.#config.oidc;
    const url = oidc.buildAuthorizationUrl(await this.#provider(), {
      redirect_uri: `${this.#config.origin}/auth/callback`,
      scope,
      ...(prompt && { prompt }),
      ...(resource && { resource }),
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, attempt };
  }

  async finish(url: URL, attempt: Attempt): Promise<Login> {
    const answer = await oidc.authorizationCodeGrant(await this.#provider(), url, {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.verifier,
      idTokenExpected: true,
    });
    const claims = answer.claims();
    if (!claims) throw new GrantRefused('the provider sent no ID token');
    const name = claims[this.#config.oidc.nameClaim];
    return {
      subject: claims.sub,
      name: typeof name === 'string' ? name : claims.sub,
      tokens: tokensOf(answer),
    };
  }

  async refresh(refreshToken: string): Promise<Tokens> {
    try {
      return tokensOf(await oidc.refreshTokenGrant(await this.#provider(), refreshToken));
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.status < 500)
        throw new GrantRefused(error.error);
      throw error;
    }
  }

  async logout(tokens: Tokens): Promise<string> {
    const home = `${this.#config.origin}/`;
    const provider = await this.#provider().catch(() => undefined);
    if (!provider) return home;
    const metadata = provider.serverMetadata();
    if (metadata.revocation_endpoint && tokens.refresh) {
      // Ours is gone already; a provider that cannot revoke now lets the token run out.
      await oidc.tokenRevocation(provider, tokens.refresh).catch(() => {});
    }
    if (!metadata.end_session_endpoint) return home;
    return oidc.buildEndSessionUrl(provider, {
      post_logout_redirect_uri: home,
      ...(tokens.id && { id_token_hint: tokens.id }),
    }).href;
  }

  async ready(): Promise<boolean> {
    return this.#provider().then(
      () => true,
      () => false,
    );
  }

  // Asked for when first needed and again after a failure: the provider may start after us.
  #provider(): Promise<oidc.Configuration> {
    const { issuer, clientId } = this.#config.oidc;
    this.#discovered ??= oidc
      .discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretBasic(this.#secret), {
        timeout: 10,
      })
      .catch((error: unknown) => {
        this.#discovered = undefined;
        throw error;
      });
    return this.#discovered;
  }
}

function tokensOf(answer: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): Tokens {
  const tokens: Tokens = {
    access: answer.access_token,
    // A provider that does not say is taken to mean five minutes.
    accessExpires: Date.now() + (answer.expiresIn() ?? 300) * 1000,
  };
  if (answer.refresh_token) tokens.refresh = answer.refresh_token;
  if (answer.id_token) tokens.id = answer.id_token;
  return tokens;
}
