<?php
/**
 * Runs before every script: tells WordPress that its root is the throwaway folder.
 *
 * The program files are symbolic links into the Debian package, and PHP resolves links in __DIR__; without this
 * WordPress would find the package's own wp-config.php instead of ours.
 */
define( 'ABSPATH', getenv( 'WP_LIVE_ROOT' ) . '/' );
