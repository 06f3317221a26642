<?php
/**
 * Makes the database, its tables and the first user. Arguments: site title, language.
 */
define( 'WP_INSTALLING', true );
mysqli_query( mysqli_connect( 'localhost', 'root', '', '', 0, getenv( 'WP_LIVE_SOCKET' ) ), 'CREATE DATABASE wordpress' );

require ABSPATH . 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install( $argv[1], 'admin', 'admin@example.org', true, '', 'throwaway', $argv[2] );
