create table openid_try (
    state text primary key,
    nonce text not null,
    verifier text not null,
    next text not null,
    until text not null
);
