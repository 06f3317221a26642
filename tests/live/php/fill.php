<?php
/**
 * Sets the options, inserts the posts of a JSON file, prints what the database then holds as JSON.
 *
 * Argument: path of the JSON file: {options, permalinks, theme, authors, posts, others}.
 */
namespace Live;

require ABSPATH . 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
require_once ABSPATH . 'wp-admin/includes/taxonomy.php';

$input = json_decode( file_get_contents( $argv[1] ), true, 512, JSON_THROW_ON_ERROR );

/** Options, theme and permalinks; the posts that an installation brings are removed. */
function set_up_site( array $input ): void {
	wp_set_current_user( 1 );
	foreach ( $input['options'] as $name => $value ) {
		update_option( $name, $value );
	}
	switch_theme( $input['theme'] );
	$GLOBALS['wp_rewrite']->set_permalink_structure( $input['permalinks'] );
	flush_rewrite_rules( false );
	foreach ( array( 1, 2, 3 ) as $id ) {
		wp_delete_post( $id, true );
	}
}

/** Adds the authors; login name to user number. */
function add_authors( array $authors ): array {
	$ids = array();
	foreach ( $authors as $login => $author ) {
		$ids[ $login ] = checked(
			wp_insert_user(
				array(
					'user_login'   => $login,
					'user_pass'    => 'throwaway',
					'user_email'   => $login . '@example.org',
					'display_name' => $author['name'],
					'description'  => $author['bio'],
					'role'         => 'editor',
				)
			)
		);
	}
	return $ids;
}

/** Lets an error of WordPress end the script instead of becoming a post number. */
function checked( $result ) {
	if ( is_wp_error( $result ) || ! $result ) {
		throw new \RuntimeException( is_wp_error( $result ) ? $result->get_error_message() : 'nothing inserted' );
	}
	return $result;
}

/** Writes one file below uploads, as an editor's upload of the post's own day would be. */
function upload( string $name, string $at, string $bytes ): string {
	$folder = wp_upload_dir( $at )['path'];
	wp_mkdir_p( $folder );
	file_put_contents( "$folder/$name", $bytes );
	return "$folder/$name";
}

/** A photograph's stand-in: a JPEG picture of a size that WordPress scales to all its sizes. */
function picture( string $name ): string {
	$image = imagecreatetruecolor( 1200, 800 );
	$seed  = crc32( $name );
	imagefill( $image, 0, 0, imagecolorallocate( $image, $seed & 255, ( $seed >> 8 ) & 255, ( $seed >> 16 ) & 255 ) );
	imagestring( $image, 5, 40, 40, $name, imagecolorallocate( $image, 255, 255, 255 ) );
	ob_start();
	imagejpeg( $image, null, 70 );
	return ob_get_clean();
}

/** Adds a media item and gives its number. */
function add_media( string $path, string $type, string $title, string $caption, string $alt, string $at, int $post ): int {
	$id = checked(
		wp_insert_attachment(
			array(
				'post_mime_type' => $type,
				'post_title'     => $title,
				'post_excerpt'   => $caption,
				'post_date'      => $at,
			),
			$path,
			$post,
			true
		)
	);
	update_post_meta( $id, '_wp_attachment_image_alt', $alt );
	wp_update_attachment_metadata( $id, wp_generate_attachment_metadata( $id, $path ) );
	return $id;
}

/** The markup of the block editor around one block. */
function block( string $name, string $inner, array $attributes = array() ): string {
	$json = $attributes ? wp_json_encode( $attributes ) . ' ' : '';
	return "<!-- wp:$name $json-->\n$inner\n<!-- /wp:$name -->\n\n";
}

/** One picture with its caption, as the block editor stores it. */
function image_block( int $id, array $image, string $link_to = 'none' ): string {
	$tag = sprintf(
		'<img src="%s" alt="%s" class="wp-image-%d"/>',
		esc_url( wp_get_attachment_image_url( $id, 'large' ) ),
		esc_attr( $image['alt'] ),
		$id
	);
	if ( 'attachment' === $link_to ) {
		$tag = sprintf( '<a href="%s">%s</a>', esc_url( get_permalink( $id ) ), $tag );
	}
	$figure = '<figure class="wp-block-image size-large">' . $tag
		. '<figcaption class="wp-element-caption">' . $image['caption'] . '</figcaption></figure>';
	return block( 'image', $figure, array( 'id' => $id, 'sizeSlug' => 'large', 'linkDestination' => $link_to ) );
}

/** A table as the block editor stores it: the first row is the head. */
function table_block( array $rows ): string {
	$cells = static fn( array $row, string $tag ): string =>
		'<tr>' . implode( '', array_map( static fn( $cell ) => "<$tag>$cell</$tag>", $row ) ) . '</tr>';
	$body  = implode( '', array_map( static fn( $row ) => $cells( $row, 'td' ), array_slice( $rows, 1 ) ) );
	$table = '<table><thead>' . $cells( $rows[0], 'th' ) . "</thead><tbody>$body</tbody></table>";
	return block( 'table', "<figure class=\"wp-block-table\">$table</figure>" );
}

/** The prose of a post in the form its editor would have stored. */
function prose( array $post ): string {
	$paragraphs = $post['paragraphs'];
	if ( 'classic' === $post['form'] ) {
		return implode( "\n\n", $paragraphs ) . "\n\n";
	}
	$style = '<p style="text-align: justify;"><span style="font-family: Calibri; font-size: 12pt;">%s</span></p>';
	if ( 'word' === $post['form'] ) {
		return implode( "\n<p>&nbsp;</p>\n", array_map( static fn( $text ) => sprintf( $style, $text ), $paragraphs ) );
	}
	$blocks = array_map( static fn( $text ) => block( 'paragraph', "<p>$text</p>" ), $paragraphs );
	if ( $post['more'] ) {
		array_splice( $blocks, 1, 0, block( 'more', '<!--more-->' ) );
	}
	return implode( '', $blocks );
}

/** Pictures of a post: the featured one is set, the others come back as markup. */
function pictures( int $id, array $post ): string {
	$inline  = '';
	$gallery = '';
	foreach ( $post['images'] as $image ) {
		$path  = upload( $image['name'] . '.jpg', $post['at'], picture( $image['name'] ) );
		$media = add_media( $path, 'image/jpeg', $image['name'], $image['caption'], $image['alt'], $post['at'], $id );
		if ( 'featured' === $image['place'] ) {
			set_post_thumbnail( $id, $media );
		} elseif ( 'gallery' === $image['place'] ) {
			$gallery .= image_block( $media, $image, 'attachment' );
		} else {
			$inline .= image_block( $media, $image );
		}
	}
	if ( ! $gallery ) {
		return $inline;
	}
	$class = 'wp-block-gallery has-nested-images columns-default is-cropped';
	return $inline . block( 'gallery', "<figure class=\"$class\">$gallery</figure>", array( 'linkTo' => 'attachment' ) );
}

/** The document of a post, uploaded and linked. */
function document( int $id, array $post ): string {
	if ( ! $post['pdf'] ) {
		return '';
	}
	$bytes = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
		. "trailer<</Root 1 0 R>>\n%%EOF\n";
	$path  = upload( $post['pdf']['name'] . '.pdf', $post['at'], $bytes );
	$media = add_media( $path, 'application/pdf', $post['pdf']['title'], '', '', $post['at'], $id );
	$url   = esc_url( wp_get_attachment_url( $media ) );
	$inner = "<div class=\"wp-block-file\"><a href=\"$url\">{$post['pdf']['title']}</a>"
		. "<a href=\"$url\" class=\"wp-block-file__button wp-element-button\" download>Unduh</a></div>";
	return block( 'file', $inner, array( 'id' => $media, 'href' => $url ) );
}

/** The whole stored content of a post. */
function content( int $id, array $post ): string {
	$items = implode( "\n", array_map( static fn( $item ) => "<li>$item</li>", $post['list'] ) );
	return pictures( $id, $post ) . prose( $post )
		. ( $post['list'] ? "<ol>\n$items\n</ol>\n" : '' )
		. ( $post['table'] ? table_block( $post['table'] ) : '' )
		. document( $id, $post );
}

/** Inserts one post with all that belongs to it and gives its number. */
function add_post( array $post, array $authors ): int {
	// A draft first, as editors save it: it gives uploads a number to belong to, and a guid of the form ?p=.
	$draft = array(
		'post_name'     => $post['slug'],
		'post_title'    => $post['title'],
		'post_date'     => $post['at'],
		'post_author'   => $authors[ $post['author'] ],
		'post_category' => array_map( 'wp_create_category', $post['categories'] ),
		'tags_input'    => $post['tags'],
	);
	$id    = checked( wp_insert_post( wp_slash( $draft ), true ) );
	$final = array(
		'ID'           => $id,
		'post_content' => content( $id, $post ),
		'post_date'    => $post['at'],
		'edit_date'    => true,
		'post_status'  => 'publish',
	);
	checked( wp_update_post( wp_slash( $final ), true ) );
	if ( $post['sticky'] ) {
		stick_post( $id );
	}
	foreach ( $post['comments'] as $text ) {
		$comment = array( 'comment_post_ID' => $id, 'comment_author' => 'Warga', 'comment_content' => $text );
		wp_insert_comment( $comment + array( 'comment_date' => $post['modified'] ) );
	}
	return $id;
}

/** Inserts what must not become an article: locked, unfinished and future posts, and pages. */
function add_other( array $other, int $author ): int {
	// Settled by kind, not by date alone, so that a wrong clock cannot publish what is scheduled.
	$status = array( 'draft' => 'draft', 'scheduled' => 'future' );
	return checked(
		wp_insert_post(
			array(
				'post_name'     => $other['slug'],
				'post_title'    => $other['title'],
				'post_date'     => $other['at'],
				'post_author'   => $author,
				'post_type'     => 'page' === $other['kind'] ? 'page' : 'post',
				'post_status'   => $status[ $other['kind'] ] ?? 'publish',
				'post_password' => 'protected' === $other['kind'] ? 'rahasia' : '',
				'post_content'  => block( 'paragraph', "<p>{$other['body']}</p>" ),
			),
			true
		)
	);
}

/** What the database holds for one number. */
function row( int $id ): array {
	clean_post_cache( $id );
	$post = get_post( $id );
	return array(
		'id'         => $id,
		'slug'       => $post->post_name,
		'url'        => get_permalink( $id ),
		'status'     => $post->post_status,
		'date'       => str_replace( ' ', 'T', $post->post_date ),
		'date_gmt'   => str_replace( ' ', 'T', $post->post_date_gmt ),
		'modified'   => str_replace( ' ', 'T', $post->post_modified ),
		'author'     => get_userdata( (int) $post->post_author )->display_name,
		'categories' => wp_list_pluck( get_the_category( $id ), 'name' ),
		'tags'       => wp_list_pluck( get_the_tags( $id ) ?: array(), 'name' ),
		'media'      => array_values( array_map( 'wp_get_attachment_url', wp_list_pluck( get_attached_media( '', $id ), 'ID' ) ) ),
		'media_page' => array_values( array_map( 'get_permalink', wp_list_pluck( get_attached_media( '', $id ), 'ID' ) ) ),
	);
}

set_up_site( $input );
$authors  = add_authors( $input['authors'] );
$modified = '';
add_filter(
	'wp_insert_post_data',
	static function ( array $data ) use ( &$modified ): array {
		if ( $modified ) {
			$data['post_modified']     = $modified;
			$data['post_modified_gmt'] = get_gmt_from_date( $modified );
		}
		return $data;
	}
);
$rows = array();
foreach ( $input['posts'] as $post ) {
	$modified = $post['modified'];
	$rows[]   = add_post( $post, $authors );
}
$modified = '';
$others   = array();
foreach ( $input['others'] as $other ) {
	$others[] = add_other( $other, $authors['humas'] );
}
echo wp_json_encode( array( 'posts' => array_map( row( ... ), $rows ), 'others' => array_map( row( ... ), $others ) ) );
