//! Database URLs as SQLAlchemy writes them, and what of them each driver needs.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The port that Postgres listens on unless told otherwise.
const DEFAULT_PORT: u16 = 5432;

/// libpq's values of `sslmode` (Postgres docs, "SSL Support").
const SSL_MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
/// What is escaped in every part of a URL that we write.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// A Postgres database URL: `postgresql+psycopg://user:pass@host:5432/dbname?sslmode=require`.
///
/// `Display` and `Debug` never show the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    /// What stands after `postgresql+`, if anything: `psycopg`, `asyncpg`, ….
    pub driver: Option<String>,
    /// Role to log in as; `None` leaves it to the driver.
    pub user: Option<String>,
    /// Password, decoded.
    pub password: Option<String>,
    /// Host name, address, or the folder of a Unix socket (begins with `/`).
    pub host: String,
    /// TCP port or socket suffix.
    pub port: u16,
    /// Database name, decoded; `None` leaves it to the server (the role's name).
    pub database: Option<String>,
    /// Query parameters, decoded, in order, without `host` and `port`.
    pub query: Vec<(String, String)>,
}

/// Why a text is not a Postgres URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is no `://`.
    #[error(
        "the database URL has no `://`; it should look like `postgresql://user:password@host:5432/dbname`"
    )]
    NoScheme,
    /// It is a URL for something else.
    #[error("the database URL is for `{0}`, not for Postgres")]
    OtherDatabase(String),
    /// `sslmode` is none of libpq's.
    #[error("`sslmode={0}` in the database URL is not one of {modes}", modes = SSL_MODES.join(", "))]
    BadSslMode(String),
    /// The port is no number below 65536.
    #[error("`{0}` in the database URL is not a port")]
    BadPort(String),
}

impl DatabaseUrl {
    /// Reads a URL of SQLAlchemy's or libpq's form. Parts that are not given take libpq's defaults, without its
    /// environment variables.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(UrlError::NoScheme)?;
        let (dialect, driver) = match scheme.split_once('+') {
            Some((dialect, driver)) => (dialect, Some(driver.to_owned())),
            None => (scheme, None),
        };
        if dialect != "postgresql" && dialect != "postgres" {
            return Err(UrlError::OtherDatabase(dialect.to_owned()));
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        // A password may hold an unescaped `@`; the host never does.
        let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(decode(password))),
            None => (login, None),
        };
        let (host, port) = split_port(address)?;
        let mut url = Self {
            driver,
            user: (!user.is_empty()).then(|| decode(user)),
            password,
            host: decode(host),
            port,
            database: (!database.is_empty()).then(|| decode(database)),
            query: Vec::new(),
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            url.take_parameter(decode(key), decode(value))?;
        }
        if url.host.is_empty() {
            url.host = "localhost".to_owned();
        }
        Ok(url)
    }

    fn take_parameter(&mut self, key: String, value: String) -> Result<(), UrlError> {
        match key.as_str() {
            "host" => self.host = value,
            "sslmode" if !SSL_MODES.contains(&value.as_str()) => return Err(UrlError::BadSslMode(value)),
            "port" => self.port = value.parse().map_err(|_| UrlError::BadPort(value))?,
            "user" => self.user = Some(value),
            "password" => self.password = Some(value),
            "dbname" | "database" => self.database = Some(value),
            _ => self.query.push((key, value)),
        }
        Ok(())
    }

    /// The value of a query parameter, the last one if it is repeated.
    pub fn parameter(&self, key: &str) -> Option<&str> {
        self.query.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        Self { database: Some(name.to_owned()), ..self.clone() }
    }

    /// Whether `host` is the folder of a Unix socket.
    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// The URL with its password, for a child that must log in; `driver` replaces the URL's own where given.
    pub fn reveal(&self, driver: Option<&str>) -> String {
        self.write(driver.or(self.driver.as_deref()), self.password.as_deref().map(encode).as_deref())
    }

    fn write(&self, driver: Option<&str>, password: Option<&str>) -> String {
        let mut text = "postgresql".to_owned();
        if let Some(driver) = driver {
            text = format!("{text}+{driver}");
        }
        text.push_str("://");
        if let Some(user) = &self.user {
            text.push_str(&encode(user));
            if let Some(password) = password {
                text = format!("{text}:{password}");
            }
            text.push('@');
        }
        let mut query: Vec<String> =
            self.query.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
        if self.is_socket() {
            query.insert(0, format!("host={}", encode(&self.host)));
            if self.port != DEFAULT_PORT {
                query.insert(1, format!("port={}", self.port));
            }
        } else {
            let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
            text = format!("{text}{host}:{}", self.port);
        }
        text = format!("{text}/{}", self.database.as_deref().map(encode).unwrap_or_default());
        if !query.is_empty() {
            text = format!("{text}?{}", query.join("&"));
        }
        text
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "***");
        formatter.write_str(&self.write(self.driver.as_deref(), password))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A URL that [`DatabaseUrl::parse`] takes, as it was written but for its password.
pub fn without_password(text: &str) -> String {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (address, query) =
        rest.split_once('?').map_or((rest, None), |(address, query)| (address, Some(query)));
    let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
    let authority = match authority.rsplit_once('@').map(|(login, host)| (login.split_once(':'), host)) {
        Some((Some((user, _)), host)) => format!("{user}:***@{host}"),
        _ => authority.to_owned(),
    };
    let hide = |pair: &str| match pair.split_once('=') {
        Some((key, _)) if decode(key) == "password" => format!("{key}=***"),
        _ => pair.to_owned(),
    };
    let query = query.map(|query| query.split('&').map(hide).collect::<Vec<_>>().join("&"));
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("{scheme}://{authority}{path}{query}")
}

/// Splits `host:port`, `[v6]:port` and their short forms.
fn split_port(address: &str) -> Result<(&str, u16), UrlError> {
    let (host, port) = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':').unwrap_or_default()),
        None => address.split_once(':').unwrap_or((address, "")),
    };
    if port.is_empty() {
        return Ok((host, DEFAULT_PORT));
    }
    port.parse().map(|port| (host, port)).map_err(|_| UrlError::BadPort(port.to_owned()))
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, shown: &str) {
        let url = DatabaseUrl::parse(text).unwrap();
        assert_eq!(url.to_string(), shown);
        assert_eq!(
            DatabaseUrl::parse(&url.reveal(None)).unwrap_or_else(|error| panic!("{text}: {error}")).host,
            url.host
        );
    }

    #[test]
    fn urls_are_read_and_shown_without_their_password() {
        check("postgresql+psycopg://user:pass@host:5433/db", "postgresql+psycopg://user:***@host:5433/db");
        check("postgres://host/db", "postgresql://host:5432/db");
        check("postgresql://u:p%40ss@h/d?sslmode=require", "postgresql://u:***@h:5432/d?sslmode=require");
        check("postgresql:///d?host=/run/pg", "postgresql:///d?host=%2Frun%2Fpg");
        check("postgresql://u@[::1]:5434/d", "postgresql://u@[::1]:5434/d");
    }

    #[test]
    fn a_password_with_odd_characters_survives_the_round_trip() {
        let url = DatabaseUrl::parse("postgresql://u:a%2Fb%3Ac%25@h/d").unwrap();
        assert_eq!(url.password.as_deref(), Some("a/b:c%"));
        assert_eq!(DatabaseUrl::parse(&url.reveal(Some("asyncpg"))).unwrap().password, url.password);
        assert!(!format!("{url:?}").contains("a/b"));
    }

    #[test]
    fn a_url_is_shown_as_it_was_written_without_its_password() {
        let check = |text: &str, expected: &str| assert_eq!(without_password(text), expected);
        check(
            "postgresql+psycopg://u:p%40@h:5432/d?sslmode=require",
            "postgresql+psycopg://u:***@h:5432/d?sslmode=require",
        );
        check("postgresql://u:p@q@h/d", "postgresql://u:***@h/d");
        check("postgresql://u@h/d", "postgresql://u@h/d");
        check("postgresql:///d?host=/tmp&password=p", "postgresql:///d?host=/tmp&password=***");
    }

    #[test]
    fn what_is_no_postgres_url_is_refused_with_its_reason() {
        assert_eq!(DatabaseUrl::parse("sqlite:///x.db"), Err(UrlError::OtherDatabase("sqlite".into())));
        assert_eq!(DatabaseUrl::parse("host/db"), Err(UrlError::NoScheme));
        assert_eq!(DatabaseUrl::parse("postgres://h/d?sslmode=on"), Err(UrlError::BadSslMode("on".into())));
        assert_eq!(DatabaseUrl::parse("postgresql://h:x/d"), Err(UrlError::BadPort("x".into())));
    }
}
