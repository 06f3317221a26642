"""Scrapy's settings for warkat: values, units and the reason for each. No logic.

Precedence: command line, then the source's TOML and the collection, then this file. Names that
begin with ``WARKAT_`` are ours; the README lists them.
"""

BOT_NAME = "warkat"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.spiders.loader.SourceLoader"

# --- the wire -------------------------------------------------------------------------------

DOWNLOAD_HANDLERS = {
    "http": "crawler.wire.WireDownloadHandler",
    "https": "crawler.wire.WireDownloadHandler",
    # An archive of public web servers asks nothing else: a redirect to file:// leads nowhere.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# The wire needs asyncio alone; without the reactor a start is quicker and a loop cheaper.
TWISTED_REACTOR_ENABLED = False
DOWNLOAD_TIMEOUT = 60  # s, whole exchange; slow government servers answer within half of it
WARKAT_PATIENCE_S = 25  # s, until the head is there, and between two bytes of a body
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes; no news page comes near it, and a visit holds several copies
DOWNLOAD_WARNSIZE = 0  # the report counts what was too large
# gzip only: every reader of WARC files, ours included, unfolds it without further libraries.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "id,en;q=0.5",
    "Accept-Encoding": "gzip",
}
COOKIES_ENABLED = False  # a source that cannot be read without says so
URLLENGTH_LIMIT = 2083
REDIRECT_MAX_TIMES = 5  # RFC 9309 asks for five; a site that needs more is turning in circles

# Scrapy's list is replaced. Its robots.txt lets requests slip through (2.19.0), its redirects lead to any
# host, and nothing here needs the page decoded: the archive keeps it as it came, the reader decodes it.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": 700,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.politeness.RobotsMiddleware": 100,
    "crawler.politeness.BackoffMiddleware": 550,
    "crawler.redirects.RedirectMiddleware": 600,
    "crawler.deposit.DepositMiddleware": 950,
    "crawler.politeness.BudgetMiddleware": 980,
    "crawler.politeness.HostGateMiddleware": 990,
}

# --- politeness -----------------------------------------------------------------------------

ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # one stream per host
CONCURRENT_REQUESTS = 16  # over all hosts of one visit
DOWNLOAD_DELAY = 0  # s; the source's delay is kept by HostGateMiddleware, from end to start
DOWNLOAD_DELAY_JITTER = 0
SCHEDULER_PRIORITY_QUEUE = "crawler.politeness.HostQueue"
WARKAT_CRAWL_DELAY_CAP_S = 60  # s; a longer Crawl-delay, or pause after a slow answer, is cut to this
WARKAT_PACE = 5  # a pause is at least so many times as long as the last answer took; not where the delay is 0
WARKAT_STREAMS_PER_ADDRESS = 2  # requests under way to one address, over all hosts and visits; 0 for no limit
WARKAT_AT_A_TIME = 64  # visits that run side by side; each has one stream per host
WARKAT_RETRY_AFTER_CAP_S = 300  # s; a host that asks for more rests until the next visit
WARKAT_RETRY_TIMES = 2  # further attempts at one address
WARKAT_MAX_REQUESTS = 500  # of one visit, whatever they are for; set from the source
CLOSESPIDER_TIMEOUT = 6 * 60 * 60  # s; a visit that takes longer ends, and the next one goes on
# The faults that our handler raises; Scrapy's list names classes whose import takes a third of a second.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
]

# --- the archive ----------------------------------------------------------------------------

WARKAT_COLLECTION = "collection"  # folder; the environment variable of this name goes before it
WARKAT_DISK_RESERVE = 100 * 1000 * 1000  # bytes kept free on the collection's disk
WARKAT_ALLOW_ADDRESSES: list[str] = []  # inner addresses that may be asked; set from collection.toml
WARKAT_TLS_ALLOW: list[str] = []  # certificate faults let through; set from the source
WARKAT_TLS_AUTHORITIES = None  # file of further authorities; set from collection.toml

# Scrapy's list is replaced, not amended: what is switched off there is imported all the same, a third
# of a second at each start, and servers that run code they are sent have no place in a crawler.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}
EXTENSIONS = {"crawler.visit.Visit": 0}
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# --- the spider -----------------------------------------------------------------------------

CONCURRENT_ITEMS = 1  # spiders yield no items: articles are read from the archive
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # errors are archived and counted too
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,  # the archive knows what led where
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # a source bounds its own pages
}
# Looks for a mistake in the source text of each callback, on each response.
WARN_ON_GENERATOR_RETURN_VALUE = False
DOWNLOADER_STATS = False  # the run report counts
LOG_LEVEL = "INFO"
LOGSTATS_INTERVAL = 60.0
