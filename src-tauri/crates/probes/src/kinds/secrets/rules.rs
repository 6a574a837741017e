//! The forms of tokens and keys that their issuers document. Each rule says where.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The fewest different characters that a random text of these lengths has.
const FEWEST_DIFFERENT: usize = 8;

/// One form.
pub(super) struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// Its form; the first group, or else all of it, is the secret.
    pub pattern: &'static str,
    /// How many characters at its beginning all secrets of the form have, or say only what it is.
    pub public: usize,
}

/// All forms.
pub(super) const RULES: &[Rule] = &[
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    rule(
        "aws-access-key",
        r"\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b",
        4,
    ),
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html: 40 characters,
    // which are told from other base64 only by the name beside them.
    rule(
        "aws-secret-key",
        r#"(?i:aws|amazon)[\w.-]{0,20}(?i:secret|sk)[\w.-]{0,20}["']?\s{0,5}(?:=|:|=>|:=)\s{0,5}["']?([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"#,
        0,
    ),
    // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
    rule("github-token", r"\b(gh[pousr]_[A-Za-z0-9]{36,255})\b", 4),
    rule(
        "github-fine-grained-token",
        r"\b(github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
        11,
    ),
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    rule(
        "gitlab-token",
        r"\b(gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_-]{20,255})",
        5,
    ),
    // https://api.slack.com/concepts/token-types
    rule(
        "slack-token",
        r"\b(xox[abeoprs]-(?:[A-Za-z0-9]+-)+[A-Za-z0-9]{10,128})\b",
        5,
    ),
    rule(
        "slack-app-token",
        r"\b(xapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{32,128})\b",
        5,
    ),
    // https://api.slack.com/messaging/webhooks
    rule(
        "slack-webhook",
        r"(https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,80})",
        24,
    ),
    // https://cloud.google.com/docs/authentication/api-keys: 39 characters that begin with AIza.
    rule(
        "google-api-key",
        r"\b(AIza[A-Za-z0-9_-]{35})(?:[^A-Za-z0-9_-]|$)",
        4,
    ),
    // https://developers.google.com/identity/protocols/oauth2
    rule(
        "google-client-secret",
        r"\b(GOCSPX-[A-Za-z0-9_-]{28})(?:[^A-Za-z0-9_-]|$)",
        7,
    ),
    // https://docs.stripe.com/keys
    rule(
        "stripe-key",
        r"\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,247})\b",
        8,
    ),
    // https://docs.stripe.com/webhooks/signature
    rule(
        "stripe-webhook-secret",
        r"\b(whsec_[A-Za-z0-9]{32,247})\b",
        6,
    ),
    // RFC 7468, sections 10 and 11; https://www.rfc-editor.org/rfc/rfc4880#section-6.2 for PGP;
    // the header names the key's form and is not secret.
    rule(
        "private-key",
        r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|ANY) )?PRIVATE KEY-----|-----BEGIN PGP PRIVATE KEY BLOCK-----",
        40,
    ),
    // https://github.com/FiloSottile/age/blob/main/doc/age.1.ronn
    rule(
        "age-key",
        r"\b(AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})\b",
        16,
    ),
    // RFC 7519: three parts of base64url, the first a JSON object with `alg`.
    rule(
        "json-web-token",
        r"\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,})",
        3,
    ),
    // https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/
    rule("npm-token", r"\b(npm_[A-Za-z0-9]{36})\b", 4),
    // https://pypi.org/help/#apitoken: a macaroon whose first bytes name the index.
    rule(
        "pypi-token",
        r"\b(pypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,1000})",
        5,
    ),
    // https://guides.rubygems.org/api-key-scopes/
    rule("rubygems-key", r"\b(rubygems_[a-f0-9]{48})\b", 9),
    // https://github.com/rust-lang/crates.io/blob/main/crates/crates_io_database/src/utils/token.rs
    rule("crates-io-token", r"\b(cio[A-Za-z0-9]{32})\b", 3),
    // https://docs.docker.com/security/access-tokens/
    rule(
        "docker-token",
        r"\b(dckr_[po]at_[A-Za-z0-9_-]{27,40})(?:[^A-Za-z0-9_-]|$)",
        9,
    ),
    // https://docs.sendgrid.com/ui/account-and-settings/api-keys: 69 characters in three parts.
    rule(
        "sendgrid-key",
        r"\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?:[^A-Za-z0-9_-]|$)",
        3,
    ),
    // https://docs.digitalocean.com/reference/api/create-personal-access-token/
    rule("digitalocean-token", r"\b(do[opr]_v1_[a-f0-9]{64})\b", 7),
    // https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes
    rule("vault-token", r"\b(hv[sbr]\.[A-Za-z0-9_-]{24,300})", 4),
    // https://core.telegram.org/bots/features#generating-an-authentication-token
    rule(
        "telegram-bot-token",
        r"\b(\d{8,10}:AA[A-Za-z0-9_-]{33})(?:[^A-Za-z0-9_-]|$)",
        0,
    ),
    // https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string
    rule("azure-storage-key", r"AccountKey=([A-Za-z0-9+/]{86}==)", 0),
    // https://docs.sentry.io/account/auth-tokens/
    rule("sentry-token", r"\b(sntry[su]_[A-Za-z0-9+/=_-]{60,400})", 7),
    // https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens
    rule(
        "shopify-token",
        r"\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b",
        6,
    ),
    // https://platform.openai.com/docs/api-reference/authentication: `OpenAI` in base64 stands in it.
    rule(
        "openai-key",
        r"\b(sk-(?:[A-Za-z0-9]+-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,})",
        3,
    ),
    // https://docs.anthropic.com/en/api/overview#authentication
    rule(
        "anthropic-key",
        r"\b(sk-ant-[a-z]+\d\d-[A-Za-z0-9_-]{80,120})",
        7,
    ),
];

const fn rule(name: &'static str, pattern: &'static str, public: usize) -> Rule {
    Rule {
        name,
        pattern,
        public,
    }
}

/// Every rule with its pattern ready. All forms are ASCII: told so, the patterns are much smaller,
/// and a file with other letters is searched as fast as one without.
pub(super) fn compile() -> Result<Vec<(&'static Rule, regex::bytes::Regex)>, regex::Error> {
    RULES
        .iter()
        .map(|rule| {
            let pattern = regex::bytes::RegexBuilder::new(rule.pattern)
                .unicode(false)
                .build()?;
            Ok((rule, pattern))
        })
        .collect()
}

impl Rule {
    /// Whether a text of the form is more than a placeholder.
    pub fn is_real(&self, secret: &[u8]) -> bool {
        if self.name == "private-key" {
            return true;
        }
        if self.name == "json-web-token" && !is_web_token(secret) {
            return false;
        }
        let random = secret.get(self.public..).unwrap_or(secret);
        let mut seen = [false; 256];
        for byte in random {
            if let Some(seen) = seen.get_mut(usize::from(*byte)) {
                *seen = true;
            }
        }
        let different = seen.iter().filter(|seen| **seen).count();
        let upper = random.to_ascii_uppercase();
        different >= FEWEST_DIFFERENT && !upper.windows(7).any(|window| window == b"EXAMPLE")
    }

    /// What may be shown of a secret: its public beginning, and how long it is.
    pub fn masked(&self, secret: &[u8]) -> String {
        let text = String::from_utf8_lossy(secret);
        let shown: String = text.chars().take(self.public).collect();
        if shown.len() == text.len() {
            return shown;
        }
        format!("{shown}… ({} characters)", text.chars().count())
    }
}

/// Whether the first part of a token is a JSON object with an algorithm (RFC 7515, section 4.1.1).
fn is_web_token(token: &[u8]) -> bool {
    let Some(first) = token.split(|byte| *byte == b'.').next() else {
        return false;
    };
    let Ok(header) = URL_SAFE_NO_PAD.decode(first) else {
        return false;
    };
    serde_json::from_slice::<serde_json::Value>(&header)
        .is_ok_and(|header| header.get("alg").is_some_and(serde_json::Value::is_string))
}
