-- A tenant as version 3 of the store kept it, without its signing key; its user is enrolled by email.
-- live MFA token: Fe26.2*SERVER_1726721698*a349b745ff2cbb913ee69e705d990d664e9962db286d92fd111455dae0822d06*sQJJZ6l1r6oCmjQh6s57Iw*68mM_-Dj4CH1zk1GsbYpwkRSWpY5tog85VXeVvCuqrZfifHhEhxuzz5ExFTve7zx7B3xj_bHFMfUmOFXDKUG7IAfG42KFFQYifIevek0v6n4OO17qkZTcTW9tfcZMdbDyMZ57JXeb2WnTEecvaN-9Bdk_xgzbiBxHLTLaTKw3gieFqmlLDooLFQFrTWW4A8HNAXR2BUJ3ziaiSuNGInVfRFbprQ1XoH0XMHCIRYRwxspYIiKYMku79CXVOkFhTtVxrVEqr70w3_Bg1EPtR0ubPbqPlAc3bVUIr-LmIlDMgLt-r83pvZ4fG1BOskdETkM*1795966489742*5e631e18437952dd3f81addd71b2db4e79c9b4ba1467b4ea9b61de15346ee719*D6BomXtqomAO0c-vOl-Qjoa1dM5-PIdUVGAm6Nli5nc
-- spent MFA token: Fe26.2*SERVER_1726721698*c5dad5992c2da53ec1c2ede881f8e6cf7ea37c4b9f5285f241bd824a3aa329b9*pbm8CeioWTqyiXIvqh3--Q*mRHMoN-71pkziiuAV4qiTphMdjhnPXiM5PK9Ne6d4i0rLrP3fSkdmufK88NQsL9ZFIKglyGZbk5eDe8XgHAJDZuDDI927H0A2WG-Mr9_ET--HzRRN0PCMUhF7_HO60AwoHcu_cw7obyGQo-Ek3Rl_rWXOaDV_dsVL9Qz-Jas2PrsL8IzzzmfA3DjYXHoAoVXbeOzG7OINtUJgyNQlIHrAqXDXaV87RqtMJUn_6SF6BM-ryrmba7gwF-iFfTX8ly_c9MT9YmXclL1F3axaKB3SlaHlUZ5Mm6WJ0CcpU-LVkdU6kaU9y8KbbUGo4k7OS1H*1795966489481*190927f145b0731381bc8e9a0e7f5ad2bee4a9fd0c1929012b361fc5ce7a0a69*X4RqzPsk9TUYTsVWXoOm_r-vMe-80D6IXKL_t-MYOzQ
-- refresh token: v1.KN8cGqCkiSP29WGcsRj3s9zZmSODRupocbgHKQDSdv4GzAD1rbXhTA
BEGIN TRANSACTION;
CREATE TABLE apis (
    id TEXT PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL,
    allow_offline_access INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "apis" VALUES('5f0000000000000000000001','https://api.sandbox.example/','Course API','["read:reports", "write:reports"]',1);
CREATE TABLE authenticators (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, secret TEXT NOT NULL,
    name TEXT NOT NULL,
    enrolled_by TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL,
    used_at REAL NOT NULL DEFAULT 0
);
INSERT INTO "authenticators" VALUES('email|dev_YmMawWppf9selDBp','auth0|b5fc85e55755f9e0d030a10a','email','ada@example.com','','','ade14013a7267af45a892f7c01dafe2e3897eed83669ff5ae192cc41de462723',1,1.79596588948254847527e+09,1.7959658896150810718e+09);
CREATE TABLE buckets (
    owner TEXT NOT NULL, name TEXT NOT NULL, level REAL NOT NULL, updated_at REAL NOT NULL,
    PRIMARY KEY (owner, name)
) WITHOUT ROWID;
INSERT INTO "buckets" VALUES('auth0|b5fc85e55755f9e0d030a10a','emails',19.0,1.79596588948254847527e+09);
CREATE TABLE clients (
    client_id TEXT PRIMARY KEY, client_secret TEXT, name TEXT NOT NULL, auth_method TEXT NOT NULL,
    grant_types TEXT NOT NULL, keys TEXT NOT NULL DEFAULT '[]', position INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "clients" VALUES('SandboxCourseApp0123456789abcdef','sandbox_do2TrBNEFfQUqckKwzPnw-mTxN-DcMuK7lSoj5wGPU1jRUsiDfoip2Dq','Course application','client_secret_post','["password", "http://auth0.com/oauth/grant-type/password-realm", "http://auth0.com/oauth/grant-type/mfa-oob", "http://auth0.com/oauth/grant-type/mfa-otp", "http://auth0.com/oauth/grant-type/mfa-recovery-code", "refresh_token"]','[]',1);
INSERT INTO "clients" VALUES('SandboxPublicApp0123456789abcdef',NULL,'Course application, public','none','["password", "http://auth0.com/oauth/grant-type/password-realm", "http://auth0.com/oauth/grant-type/mfa-oob", "http://auth0.com/oauth/grant-type/mfa-otp", "http://auth0.com/oauth/grant-type/mfa-recovery-code", "refresh_token"]','[]',2);
INSERT INTO "clients" VALUES('SandboxSetUpApp0123456789abcdefg','sandbox_HEkVU-0lHiQQHdG8SNstpSBYv5qFqb6AfSSgkC-CW1MMy2huhVI9vfFx','Course set-up','client_secret_post','["client_credentials"]','[]',3);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "facts" VALUES('client_secret','sandbox_do2TrBNEFfQUqckKwzPnw-mTxN-DcMuK7lSoj5wGPU1jRUsiDfoip2Dq');
INSERT INTO "facts" VALUES('management_secret','sandbox_HEkVU-0lHiQQHdG8SNstpSBYv5qFqb6AfSSgkC-CW1MMy2huhVI9vfFx');
INSERT INTO "facts" VALUES('password','AsfCE9vh_sCe5Y9o');
INSERT INTO "facts" VALUES('seal_key','17f3812401f3039565f6141ae69a877b111c9d6ba04c41968654910b8193b64d');
INSERT INTO "facts" VALUES('settings','{"mfa_policy": ["all-applications"], "factors": ["email"], "default_directory": "Username-Password-Authentication", "customize_mfa_in_postlogin_action": false, "friendly_name": "Sandbox tenant", "support_email": "", "support_url": "", "request_limits": false, "email_verified": false, "grant_types": ["password", "http://auth0.com/oauth/grant-type/password-realm", "http://auth0.com/oauth/grant-type/mfa-oob", "http://auth0.com/oauth/grant-type/mfa-otp", "http://auth0.com/oauth/grant-type/mfa-recovery-code", "refresh_token"]}');
CREATE TABLE faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, kind TEXT NOT NULL, seconds REAL NOT NULL,
    times INTEGER NOT NULL
);
CREATE TABLE learners (
    secret_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, password TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE logs (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, date REAL NOT NULL, description TEXT NOT NULL,
    client_id TEXT NOT NULL, user_id TEXT NOT NULL, ip TEXT NOT NULL, user_agent TEXT NOT NULL
);
INSERT INTO "logs" VALUES(1,'mfar',1.79596588948102283472e+09,'','SandboxCourseApp0123456789abcdef','auth0|b5fc85e55755f9e0d030a10a','127.0.0.1','');
INSERT INTO "logs" VALUES(2,'gd_send_email',1.79596588948254847527e+09,'','SandboxCourseApp0123456789abcdef','auth0|b5fc85e55755f9e0d030a10a','127.0.0.1','');
INSERT INTO "logs" VALUES(3,'gd_start_enroll',1.79596588948254847527e+09,'email','SandboxCourseApp0123456789abcdef','auth0|b5fc85e55755f9e0d030a10a','127.0.0.1','');
INSERT INTO "logs" VALUES(4,'gd_enrollment_complete',1.7959658896150810718e+09,'','SandboxCourseApp0123456789abcdef','auth0|b5fc85e55755f9e0d030a10a','127.0.0.1','');
INSERT INTO "logs" VALUES(5,'gd_auth_succeed',1.7959658896150810718e+09,'','SandboxCourseApp0123456789abcdef','auth0|b5fc85e55755f9e0d030a10a','127.0.0.1','');
INSERT INTO "logs" VALUES(6,'seoobft',1.7959658896150810718e+09,'','SandboxCourseApp0123456789abcdef','auth0|b5fc85e55755f9e0d030a10a','127.0.0.1','');
INSERT INTO "logs" VALUES(7,'mfar',1.79596588974271464348e+09,'','SandboxCourseApp0123456789abcdef','auth0|b5fc85e55755f9e0d030a10a','127.0.0.1','');
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT NOT NULL COLLATE NOCASE, channel TEXT NOT NULL,
    user_id TEXT NOT NULL, raw BLOB NOT NULL, received_at REAL NOT NULL
);
CREATE TABLE oob_codes (
    hash TEXT PRIMARY KEY, token_hash TEXT NOT NULL, user_id TEXT NOT NULL, authenticator_id TEXT NOT NULL,
    code_hash TEXT, answer TEXT NOT NULL DEFAULT '', expires_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0,
    polled_at REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO "oob_codes" VALUES('212b105922d6a45a11c0cdbe32822e394fdb59f781daaf92c63efbc38623ed52','ade14013a7267af45a892f7c01dafe2e3897eed83669ff5ae192cc41de462723','auth0|b5fc85e55755f9e0d030a10a','email|dev_YmMawWppf9selDBp','957883c4a08e9fddcc49469e18679e05ef67dcc5f7e379b348bc3817a1a3f83f','',1.79596618948254847531e+09,1,0.0);
CREATE TABLE opaque_tokens (
    hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, scope TEXT NOT NULL, expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, audience TEXT, scope TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "refresh_tokens" VALUES('db318289359ad9c90398eb344bb5f7544ba1f284658159a461e22b20425e1e23','SandboxCourseApp0123456789abcdef','auth0|b5fc85e55755f9e0d030a10a','https://api.sandbox.example/','openid offline_access');
CREATE TABLE spent_mfa_tokens (hash TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO "spent_mfa_tokens" VALUES('ade14013a7267af45a892f7c01dafe2e3897eed83669ff5ae192cc41de462723');
CREATE TABLE used_otps (
    authenticator_id TEXT NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (authenticator_id, step)
) WITHOUT ROWID;
CREATE TABLE users (
    user_id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
    password_hash TEXT NOT NULL, email_verified INTEGER NOT NULL DEFAULT 0, blocked INTEGER NOT NULL DEFAULT 0,
    failed_logins INTEGER NOT NULL DEFAULT 0, blocked_until REAL NOT NULL DEFAULT 0, changed_at REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO "users" VALUES('auth0|b5fc85e55755f9e0d030a10a','ada@example.com','Ada','d6cd00d07626d73b1708fb80cbbdc60e:a2cf7a0d4313b98489211158eddae19832c0313511b0a9f0fed9ec49f31d720d8d3c0ebfc9f3f1f6efeac2cb22573cd03482bd09d4e26dc1de025a60de6c8054',0,0,0,0.0,0.0);
CREATE INDEX authenticators_of_user ON authenticators (user_id);
CREATE INDEX mails_of_recipient ON mails (recipient, id);
CREATE INDEX mails_of_user ON mails (user_id, id);
COMMIT;
PRAGMA user_version = 3;
