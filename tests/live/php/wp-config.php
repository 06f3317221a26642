<?php
/**
 * WordPress on loopback: own database socket, no mail, no updates, no request to anywhere else.
 */
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:' . getenv( 'WP_LIVE_SOCKET' ) );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );

define( 'WP_HOME', getenv( 'WP_LIVE_URL' ) );
define( 'WP_SITEURL', getenv( 'WP_LIVE_URL' ) );
define( 'WP_CONTENT_DIR', ABSPATH . 'wp-content' );

define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_AUTO_UPDATE_CORE', false );
define( 'DISALLOW_FILE_MODS', true );
// A cron run in the middle of a test would make requests that no test has asked for.
define( 'DISABLE_WP_CRON', true );
define( 'WP_DEBUG', false );

foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $part ) {
	define( $part . '_KEY', 'throwaway' );
	define( $part . '_SALT', 'throwaway' );
}

$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
