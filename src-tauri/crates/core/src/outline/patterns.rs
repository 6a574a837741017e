//! The regular expressions of the reading rules, compiled once.
//!
//! A pattern that does not compile never matches; a test holds that all of them do.

use std::sync::LazyLock;

use regex::{CaptureMatches, Captures, Matches, Regex};

/// One compiled expression.
pub(super) struct Pattern(LazyLock<Option<Regex>>);

impl Pattern {
    pub fn is_match(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.0.as_ref()?.captures(text)
    }

    pub fn captures_iter<'s, 't>(
        &'s self,
        text: &'t str,
    ) -> impl Iterator<Item = Captures<'t>> + use<'s, 't> {
        let matches: Option<CaptureMatches<'s, 't>> =
            self.0.as_ref().map(|regex| regex.captures_iter(text));
        matches.into_iter().flatten()
    }

    pub fn find_iter<'s, 't>(
        &'s self,
        text: &'t str,
    ) -> impl Iterator<Item = regex::Match<'t>> + use<'s, 't> {
        let matches: Option<Matches<'s, 't>> = self.0.as_ref().map(|regex| regex.find_iter(text));
        matches.into_iter().flatten()
    }
}

macro_rules! patterns {
    ($($(#[$note:meta])* $name:ident = $source:expr;)*) => {
        $($(#[$note])* pub(super) static $name: Pattern =
            Pattern(LazyLock::new(|| Regex::new($source).ok()));)*
        #[cfg(test)]
        const SOURCES: &[(&str, &str)] = &[$((stringify!($name), $source)),*];
    };
}

macro_rules! unit {
    () => {
        r"(min(?:ute)?s?|h(?:ou)?rs?|h|days?|d|weeks?|w|months?)"
    };
}

patterns! {
    // Windows.
    BEFORE_OR_AFTER = concat!(
        r"(?i)\b(\d{1,4})(?:\s*[-–—]\s*(\d{1,4}))?\s*", unit!(), r"\s+(before|prior|ahead|after|post)\b");
    DAY_BEFORE = r"(?i)\b(day|week|month)\s+(before|prior|after)\b";
    T_MARK = concat!(
        r"(?i)\b[TD]\s*([-+−–])\s*(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?(?:\s*", unit!(), r"\b)?");
    WITHIN = concat!(r"(?i)\b(?:first|within|next)\s+(?:the\s+)?(?:(\d{1,4})\s*|an?\s+|one\s+)?", unit!(), r"\b");
    DAY_NUMBER = r"(?i)\bdays?\s+(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?\b";
    WEEK_NUMBER = r"(?i)\b(week|month)s?\s+(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?\b";
    DEPLOYMENT_DAY = r"(?i)\b(?:deployment|deploy|release|launch|go-?live|cut-?over)[\s-]+day\b|\bday of (?:the )?(?:deployment|release|launch|go-?live)\b";
    BARE_RANGE = concat!(r"(?i)\(\s*(\d{1,4})\s*[-–]\s*(\d{1,4})\s*", unit!(), r"\s*\)");

    // An item's own window.
    OWN_MARK = concat!(
        r"(?i)(?:^|\()\s*([TD][-+−–]\d{1,4}(?:[-–]\d{1,4})?\s?(?:", unit!(), r"\b)?)\s*(?:[):]|[-–—]\s|$)|\b(T[-+−–]\d{1,4}\s?", unit!(), r")\b");
    OWN_ANCHORED = concat!(
        r"(?i)\b(?:(?:\d{1,4}(?:\s*[-–]\s*\d{1,4})?\s*", unit!(), r"|day|week|month)\s+(?:before|prior\s+to|ahead\s+of|after|post)|within\s+(?:the\s+)?(?:\d{1,4}\s*|an?\s+|one\s+)?", unit!(), r"\s+(?:of|after|from))\s+(?:the\s+)?(?:deploy|releas|launch|go-?live|cut-?over|roll-?out)");
    ENDS_IN_FOR = r"(?i)\bfor\s+(?:the\s+|at\s+least\s+|about\s+)?$";
    OWN_ASIDE = concat!(
        r"(?i)\(\s*(?:\d{1,4}(?:\s*[-–]\s*\d{1,4})?\s*", unit!(), r"|day|week|month)\s+(?:before|prior|ahead|after)\s*\)");
    OWN_WITHIN = concat!(
        r"(?i)(?:\(\s*|\b)(within\s+(?:the\s+)?(?:\d{1,4}\s*|an?\s+|one\s+)?", unit!(), r")\s*(?:\)|[.]?$)");
    OWN_FIRST = concat!(
        r"(?i)(?:\(|\b(?:in|during|over|for|within)\s+)(?:the\s+)?(first\s+(?:\d{1,4}\s*)?", unit!(), r")\b");
    OWN_NUMBER = r"(?i)^(?:day|week|month)\s+\d{1,3}\b";
    FOLLOWS_UP = r"(?i)\b(?:reviews?|post-?\w+|retro\w*|lessons|debrief\w*|follow-?ups?|survey\w*|feedback|reports?|meetings?|hypercare)\b";
    IS_A_LIMIT = r"(?i)\b(?:respon\w+|answer\w*|acknowledg\w*|resol\w+|recover\w*|restor\w+|expir\w+|renew\w*|no|not|can|able|possible|reachable|available|SLA|RTO|RPO|loads?|completes?|deliver\w*|process\w*|errors?|alerts?)\b";
    OTHER_CLOCK = r"(?i)\b(?:incidents?|outages?|emergenc(?:y|ies)|disasters?|sev-?\d)\b";

    // Stages.
    SAYS_REVIEW = r"(?i)\b(?:post-?\s?\w+\s+review|retrospective|retro|post-?mortem|lessons|debrief|long-?term|follow-?up)\b";
    SAYS_PREPARE = r"(?i)\b(?:pre-?\s?(?:deploy\w*|releas\w*|launch\w*|go\b|production|migration|flight|roll-?out|cut-?over|merge)|before|prerequisites?)\b";
    SAYS_WATCH = r"(?i)\b(?:post-?\s?(?:deploy\w*|releas\w*|launch\w*|go\b|production|roll-?out|cut-?over)|after\s+(?:the\s+)?(?:deploy\w*|releas\w*|launch\w*|go-?live))";
    SAYS_DEPLOY = r"(?i)\bduring\s+(?:the\s+)?(?:deploy\w*|releas\w*|launch\w*|go-?live)";
    HINTS_SMOKE = r"(?i)\bsmoke\b";
    HINTS_PREPARE = r"(?i)\b(?:prepar\w*|readiness|ready|planning|set[- ]?up|provision\w*|pre-\w+|staging)\b";
    HINTS_WATCH = r"(?i)\b(?:monitor\w*|verif\w*|validat\w*|stabili\w*|observ\w*|hypercare|ongoing|watch\w*|metrics|completion|success criteria|post-\w+)\b";
    ONLY_NAMES_LIST = r"(?i)\b(?:go-?live|deploy\w*|launch|release)\s+checklist\b";
    HINTS_DEPLOY = r"(?i)\b(?:deploy\w*|releas\w*|launch\w*|go-?live|cut-?over|execut(?:e|ion|ing)|roll-?out|publish\w*|tag)\b";
    NUMBERED_TITLE = r"(?i)^\W*(?:phase|step|stage|part)?\s*\d+\s*[.:)–-]";
    MONITORING = r"(?i)\bmonitor\w*\b";
    SET_UP = r"(?i)\b(?:configured|set|set[- ]?up|active|enabled|loaded|ready|in place)\b";

    // What a heading holds.
    SIGN_OFF = r"(?i)\bsign(?:ed)?[- ]?offs?\b|\bapprovals?\b|\bsignatures?\b|\bcountersign";
    CONTACTS = r"(?i)\bcontacts?\b";
    CHANNEL = r"(?i)^(?:slack|e-?mail|phone|telephone|hot-?line|pager-?duty|opsgenie|zoom|(?:ms\s+)?teams|discord|war room|bridge|status page|chat|channel)\b";
    REACHES = r"\b(?:phone|mobile|e-?mail|slack|contact|pager|secondary)\b";
    CRITERIA = r"(?i)\b(?:success|acceptance|exit)\s+criteria\b|\bdefinition of done\b";
    RESOURCES = r"(?i)^\W*(?:useful\s+|helpful\s+|reference\s+|related\s+)?(?:resources?|references?|links|documents|documentation links|see also)\W*$";
    ROLLBACK = r"(?i)\b(?:roll[- ]?back|back-?out)\b";
    NO_ROLLBACK_TRACK = r"(?i)\b(?:criteria|triggers?|test\w*|prepar\w*|read\w*|rehears\w*|back-?ups?|decision)\b";
    OFF_CLOCK = r"(?i)\bpost-?\s?(?:roll[- ]?back|mortem|incident)|\bafter\s+(?:the\s+)?roll[- ]?back|\bafterwards\b|\bfollow-?\s?up";

    // Lines.
    GROUP_LINE = r"^\*\*([^*]+?)\*\*\s*(\([^()]*\))?\s*(:?)$";
    BOLD_LABEL = r"^(?:\*\*|__)(.+?)(?::(?:\*\*|__)|(?:\*\*|__)\s*:)\s*(.*)$";
    BLANKS = r"^(?:\\?_|\s|\.){3,}$";
    SIGNATURE_LABEL = r"(?i)^(.+?)\s+signatures?$";
    NUMBERED_COMMENT = r"^(?:step\s+)?\d+\s*[.):]\s*";

    // Conditions.
    IN_PARENTHESES = r"\((?i:(if|when|where)\s+([^()]{2,60})|(optional)[^()]{0,60})\)";
    TRAILING_IF = r"(?i)\s(if\s+[^(),.;:?<>=]{2,40})[.]?$";
    LEADING_IF = r"(?i)^(?:\*\*)?(if\s+[^(),.;:?]{2,40}),\s";
    ONLY = r"^\*\*([^*:]{1,30}?\sonly):?\*\*";
    OPTIONAL_PREFIX = r"(?i)^(?:\*\*)?optional:";
    SAYS_NOTHING_ALONE = r"(?i)^(?:if|when|where)\s+(?:it\s+is\s+|they\s+are\s+)?(?:necessary|needed|applicable|possible|required|enabled|used|using|impacted|affected|appropriate|any|available|desired)$|^optional";

    // Values.
    ALERTS = r"(?i)\balert(?:s|ing)?\b";
    RANGE = r"(\d{1,9}(?:\.\d{1,9})?)\s*%?\s*[-–]\s*(\d{1,9}(?:\.\d{1,9})?)\s*%";
    AT_LEAST = r"(\d{1,9}(?:,\d{3})*(?:\.\d{1,9})?)\s*(%?)\+\s*((?:[A-Za-z]+\s+)?[A-Za-z]+)?";

    // Environments and components.
    ENVIRONMENT = r"(?i)\b(staging|production|prod|development)\b(?:[\s-]+(code|flags?|builds?|config|configuration|keys?|mode|ready|readiness|grade|like|setup|guide|team|process|branch|bundle|dependencies)\b)?";
    COMPONENT = r"(?i)\b(backend|frontend|dashboard|ios|android)\b";

    // Placeholders.
    ANGLE = r"<([A-Za-z](?:[A-Za-z0-9 _.-]{0,47}[A-Za-z0-9])?)>";
    SQUARE = r"\[([A-Za-z][^\[\]\n]{0,60})\]";
    BRACES = r"\{\{\s*([^{}\n]{1,60}?)\s*\}\}";
    UNDERSCORES = r"(?:\\?_){3,}";
    TO_BE_DONE = r"\b(?:TBD|TBA|TBC)\b|(?:^|:\s)TODO:|(?:^|:\s)TODO$";
    YOUR_NAME = r"\bYOUR_[A-Z0-9_]+\b";
    LOOKS_LIKE_BOX = r"^[ \t>]*(?:[-*+]\[[ xX]?\]|\[[ xX]\])[ \t]+\S";

    // Suggestions.
    BLANK_NAME = r"\$\{(?:secret:)?([A-Za-z_][A-Za-z0-9_]*)\}";
    SHELL_VARIABLE = r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?";
    RUNS = r"^(?:\./|(?:bash|sh|python3?|node) \S*/|npm (?:test|audit|run )|(?:yarn|pnpm) \S|make \S|cargo (?:test|clippy|fmt|check|audit|deny)|pytest\b|go (?:test|vet)|mvn |gradle |\./gradlew)";
    NOT_A_COMMAND = r"[<>\[\]|;&]|\{\{|\bYOUR_|\bv?X\.Y|\.\.\.|…|\b(?:your-?domain|yourdomain)\b";
    CHANGES = r"(?i)\b(?:deploy\w*|publish\w*|push|release\w*|migrat\w*|roll-?back|delete|remove|rm|drop|clean|install|restart|stop|start|add-\w+|bump|tag|reset|restore|seed|serve|dev)\b";
    FILE_NAME = r"\b[A-Za-z0-9_][A-Za-z0-9_./-]*\.(?:md|rst|toml|ya?ml|json|lock)\b";
    CHECKS = r"(?i)valid|check|test|verif|lint|audit|pass|error|complete|success|scan|health|acceptable|vulnerab";
    LINK_OR_ADDRESS = r"\[([^\[\]]*)\]\([^()]*\)|<?https?://[^\s>]+>?";
    KEEPS_FILE = r"(?i)\b(?:updat\w*|add(?:s|ed)?|writ\w+|written|creat\w+|contains?|includes?|exists?|present|committed|complete\w*|up[- ]to[- ]date|ready|in place|current|accurate|bump\w*|finali[sz]ed|(?:has|have)\s+(?:an?\s+)?entr(?:y|ies))\b";
    SAYS_TLS = r"(?i)\b(?:ssl|tls|certificates?)\b|\bhttps\b.*\b(?:works|enforced|only|enabled|redirect\w*)\b";
    SAYS_DNS = r"\bDNS\b";
    SAYS_MAIL = r"(?i)\b(?:smtp|e-?mail service|e-?mail notifications|e-?mail delivery)\b";
    SAYS_TESTS = r"(?i)\b(?P<which>(?:[a-z0-9-]+\s+){0,2}tests)\b.{0,40}\b(?:pass\w*|green|succeed\w*|successful\w*)\b|\brun\s+(?P<run>(?:[a-z0-9-]+\s+){0,2}tests)\b|\b(?P<kind>end-to-end|e2e|integration|unit|regression)\s+testing\s+(?:is\s+)?(?:complete\w*|passed|done)\b";
    SAYS_LOAD_TEST = r"(?i)\b(?:load|performance|stress|soak)\s+test(?:s|ing)?\b.{0,20}\b(?:complete\w*|pass\w*|done|run)\b";
    SAYS_FINDINGS = r"(?i)\bsecurity\s+(?:scan\w*|audit\w*|test\w*)\b|\bvulnerabilit\w+\b|\bdependenc\w+\b.{0,30}\baudit\w*\b|\bstatic\s+analysis\b";
    SAYS_DEBUG = r"(?i)\bdebug\w*\s+(?:statements?|code|logs?|logging|output|prints?)\b.{0,20}\bremoved\b|\bno\s+debug\w*\b";
    SAYS_NO_SECRETS = r"(?i)\bno\s+(?:hard-?coded\s+)?(?:secrets?|credentials?|passwords?)\b.{0,20}\b(?:code\w*|repo\w*|sources?|committed)\b";
    SAYS_SETTING = r"(?i)\b(?:secrets?|passwords?|keys?|tokens?)\b";
    SAYS_ENV_DOCUMENTED = r"(?i)\benvironment\s+variables?\b.{0,30}\bdocumented\b";
    SAYS_ENV = r"(?i)(?:\benvironment\s+variables?\b|\.env\b).{0,30}\b(?:configured|set|validated|created|verified|complete)\b";
    SAYS_BUCKET = r"(?i)\b(?:s3|minio)\b.{0,40}\b(?:storage|buckets?|provisioned|configured|created|accessible)\b";
    SAYS_MEASURED = r"(?i)\b(?:rates?|cpu|memory|disk|latency|response\s+times?|throughput|utili[sz]ation|usage|hit\s+ratio)\b";
    SAYS_COUNTED = r"(?i)\b(?:errors?|crash\w*|exceptions?|traffic|requests?|load|performance|metrics)\b";
    POSTGRES_VERSION = r"(?i)\bpostgres(?:ql)?\s+v?(\d{1,2})\b";
    PSYCOPG2_DSN = r#"psycopg2\.connect\(\s*["']([^"'\n]{1,400})["']\s*\)"#;
    PSYCOPG2_QUERY = r#"(?i)\.execute\(\s*["'](select\s[^"'\n;]{1,400})["']\s*\)"#;
    DOES_SOMETHING_ELSE = r"(?i)^\W*(?:run|go to|find|copy|switch|push|merge|open|create (?:a |the )?(?:pr|pull request|branch))\b";
    MAKES_FILE = r"(?i)\b(?:md|rst|toml|ya?ml|json|lock)\b`?.{0,30}\b(?:created|exists?|present|committed|in place|ready|generated|written|added|included)\b|\b(?:create|add|write|commit|include|contains?|includes?)\s+(?:an?\s+|the\s+)?`?[\w./-]+\.(?:toml|ya?ml|json|lock)\b";
    IS_ARRANGED = r"(?i)\b(?:sign-?off|scheduled|planned|booked)\b|^\W*(?:review|schedule|plan)\b";
    BEGINS_WITH_DNS = r"^\W*(?:\w+\s+){0,2}DNS\b";
    IS_LOOPBACK = r"(?i)^https?://(?:localhost|127\.|\[::1\]|0\.0\.0\.0)";
    SAYS_REDIRECT = r"(?i)\b(?:enforced|redirect\w*)\b|\bhttps\s+only\b";
    SIGNS_SOMETHING = r"(?i)\b(?:signing|push|apns|provisioning|distribution|client)\s+certificates?\b|\bcertificates?\s+(?:of|for)\s+(?:completion|signing|ios|apple)\b";
    DAYS = r"(?i)(?P<op>>=?|≥|\bat\s+least\b|\bminimum\b|\bmore\s+than\b|\bover\b|\bwithin\b|\bnext\b)?\s*(?:the\s+)?(?:next\s+)?\b(?P<n>\d{1,4})\s*(?P<plus>\+)?[\s-]*(?P<unit>days?|weeks?|months?|years?|d|w)\b";
    SAYS_HEADERS = r"(?i)\b(?:security|http|response)\s+headers?\b.{0,40}\b(?:configured|set|enabled|present|verified|verify|checked|in place|correct\w*|added|active|implemented|validated|tested|working|review\w*)\b|\b(?:configure|set|enable|verify|check|add|test|validate|implement)\s+(?:the\s+)?(?:http\s+)?security\s+headers?\b|\bheaders secure\b|\bsecurity headers?\s*(?:$|[(:])";
    SAYS_ONE_HEADER = r"(?i)\b(?:hsts|strict-transport-security|csp|content[- ]security[- ]policy|x-frame-options|x-content-type-options|referrer-policy)\b.{0,50}\b(?:configured|set|enabled|present|verified|checked|in place|correct\w*|active|implemented|enforced)\b|\b(?:configure|set|enable|verify|check)\s+(?:the\s+)?(?:hsts|csp|content[- ]security[- ]policy|x-frame-options)\b";
    SAYS_CORS = r"(?i)\b(?:cors|cross-origin resource sharing)\b.{0,60}\b(?:configured|correct\w*|restricted|limited|enabled|set|allow\w*|working|works|verified|validated|tested|in place|locked|whitelist\w*|properly|origins?|policy|headers?)\b|\b(?:configure|set|verify|check|test|restrict|validate)\s+(?:the\s+)?cors\b";
    SAYS_RATE_LIMIT = r"(?i)\b(?:rate[- ]?limit(?:s|ing|er|ers)?|throttling)\b.{0,50}\b(?:configured|active|enabled|functional|working|works|in place|set|implemented|enforced|verified|tested|validated|on)\b|\b(?:configure|set\s+up|enable|verify|check|test|implement|validate)\s+(?:the\s+)?(?:api\s+)?(?:rate[- ]?limit\w*|throttling)\b";
    SAYS_WEBSOCKET = r"(?i)\bweb\s?-?sockets?\b.{0,60}\b(?:working|works|work|connect\w*|configured|active|enabled|functional|tested|established|stable|verified|responding|operational|up|open\w*|url)\b|\b(?:test|verify|check|configure|enable)\s+(?:the\s+)?web\s?-?sockets?\b";
    IS_SET_UP = r"(?i)\b(?:configur\w*|set|enabled?|stable)\b";
    SAYS_EXPOSED = r"(?i)\b(?:no|not|never|without|aren't|isn't|none)\b.{0,80}\bexposed?\b|\bnot\s+publicly\s+\w+|\bdebug\s+(?:endpoints?|routes?|pages?|urls?|paths?|toolbar)\b.{0,30}\b(?:disabled|removed|off|blocked|protected|closed|exposed|not)\b";
    EXPOSES_OTHERWISE = r"(?i)\b(?:ports?|logs?|logged|logging|code|sources?|errors?|messages?|traces?|stack|database|secrets?|credentials?|keys?|tokens?|passwords?|pii|data|bundle|client|frontend|users?|customers?)\b";
    IS_PATH = r"^/[A-Za-z0-9._~/-]{1,80}$";
    SAYS_DOMAIN = r"(?i)\bdomains?\b(?:\s+name)?.{0,40}\b(?:expir\w*|renew\w*|registration|registered)\b|\b(?:expir\w*|renew\w*)\b.{0,20}\bdomains?\b";
    SAYS_PING = r"(?i)\b(?:servers?|hosts?|gateways?|machines?|nodes?|vms?|devices?)\b.{0,40}\b(?:reachable|pingable|ping(?:s|ed)?)\b|\bping\s+(?:the\s+|all\s+|each\s+)?(?:\w+\s+)?(?:servers?|hosts?|gateways?|machines?|nodes?|vms?|devices?)\b|\bicmp\b";
    SAYS_WATCHED = r"(?i)^\W*(?:monitor|watch|observe|keep an eye on)\w*\s+(?:the\s+|for\s+)?(?P<what>[^,.;:()]{3,60}?)\s+(?:for|over|during)\s";
    LASTS = r"(?i)\b(?:for|over|during)\s+(?:the\s+|at\s+least\s+|about\s+)?(?:first\s+|next\s+|following\s+)?(?P<n>\d{1,3})(?:\s*[-–]\s*(?P<most>\d{1,3}))?\+?[\s-]*(?P<unit>min(?:ute)?s?|h(?:ou)?rs?|h|days?|weeks?)\b";
    RETURNS = r"(?i)(?:\breturns?|\bresponds?(?:\s+with)?|\bexpect\w*|\bstatus|\bgives?|→|->|=>|=)\s*:?\s*(?:http\s+)?(?P<status>[1-5]\d\d)\b";
    SAYS_ANSWER_TIME = r"(?i)\b(?:respon\w+ times?|latency|page load|load time|answers?)\b";
    SAYS_ANSWERS = r"(?i)\b(?P<which>(?:[a-z0-9-]+\s+)?(?:api|endpoints?|site|homepage|service))\b.*\b(?:responding|operational|accessible|reachable|available|loads|up)\b|\bhealth (?:checks?|endpoints?)\b.*\b(?:pass\w*|respond\w*|healthy|ok)\b";

    // What gives a placeholder its value.
    CREATED = r"(?i)\b(?:created|taken|made|recorded|captured|noted|tagged|saved|stored|create|take|record|tag|save)\b";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_compiles() {
        for (name, source) in super::SOURCES {
            assert!(regex::Regex::new(source).is_ok(), "{name}: {source}");
        }
    }
}
