/** Files that are replaced as a whole, whatever happens meanwhile. */
package dev.rgap.host.files;
