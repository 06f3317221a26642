"""WordPress: classic themes, block themes, and the plugins that put boxes into the text.

Platform rules: the theme's names (``entry-title``, ``entry-content``) or those of the block editor
(``wp-block-post-title``) tell title and body; the class of ``body`` tells what is no article. Themes made by the
offices themselves mostly keep these names; where they do not, the generic reader takes over.
"""

from __future__ import annotations

from .layout import Layout

_PLUGIN_BOXES = (
    ".sharedaddy", ".jp-relatedposts", ".crp_related", ".yarpp", ".yarpp-related", ".wp-block-latest-posts",
    ".wp-block-query",
    ".post-navigation", ".nav-links", ".addtoany_share_save_container", ".heateor_sss_sharing_container", ".post-views",
    ".wpdiscuz_top_clearing", "#wpdcom", ".rp4wp-related-posts", ".related-posts", ".sfsi_widgets", ".ssba",
    ".wp-block-social-links",
    ".author-box", ".post-tags", ".entry-footer", ".entry-meta", ".post-ratings", ".kk-star-ratings", ".pvc_stats",
    ".swp_social_panel",
    ".jetpack-likes-widget-wrapper", ".essb_links", ".penci-ilrltpost-insert", ".code-block", ".screen-reader-text",
    ".wp-block-post-terms", ".wp-block-post-comments-form", ".wp-block-comments", ".wp-block-post-navigation-link",
    "#comments",
)  # fmt: skip

CLASSIC = Layout(
    name="wordpress-classic/1",
    mark="body.single, body.single-post, body.page, article.post, article.hentry, .hentry, .type-post",
    title=("h1.entry-title", ".entry-title", "h1.post-title", ".post-title h1", "article header h1"),
    date=(
        "time.entry-date.published",
        "time.entry-date",
        ".posted-on time",
        ".entry-date",
        ".entry-meta time",
        ".post-date",
        ".entry-meta",
    ),
    author=(
        ".entry-meta .author .fn",
        ".byline .author a",
        ".author.vcard a",
        ".byline a",
        ".author-bio .author-title",
        "a[rel~='author']",
    ),
    section=(".entry-meta a[rel~='category']", ".cat-links a", "a[rel~='category']"),
    tags=(".tags-links a", "article a[rel='tag']", "a[rel='tag']"),
    body=(
        ".entry-content",
        ".post-content",
        ".td-post-content",
        ".the-content",
        ".single-content",
        ".post-entry",
        ".entry",
    ),
    image=(".post-thumbnail img", "img.wp-post-image", ".entry-thumbnail img", ".featured-image img"),
    remove=_PLUGIN_BOXES,
)
"""Themes of 2010 to today that print ``entry-content``."""

BLOCKS = Layout(
    name="wordpress-blocks/1",
    mark=".wp-block-post-content",
    title=(".wp-block-post-title",),
    date=(".wp-block-post-date time", ".wp-block-post-date"),
    author=(".wp-block-post-author-name", ".wp-block-post-author__name"),
    section=(".taxonomy-category a", ".wp-block-post-terms a[rel~='category']"),
    tags=(".taxonomy-post_tag a",),
    body=(".wp-block-post-content",),
    image=(".wp-block-post-featured-image img",),
    remove=_PLUGIN_BOXES,
)
"""Themes of the block editor."""

LAYOUTS = (BLOCKS, CLASSIC)
