/** What the parsers of this module share; not exported. */
package dev.rgap.text;
