<?php
/**
 * Router for PHP's own web server: files as they are, all else through WordPress.
 */
// PHP's own web server does not prepend files to its router.
defined( 'ABSPATH' ) || require __DIR__ . '/prepend.php';

$path = ABSPATH . ltrim( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ), '/' );
if ( is_file( $path ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME']     = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = ABSPATH . 'index.php';
require ABSPATH . 'index.php';
