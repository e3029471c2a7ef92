#version 330 core
// A rectangle of the canvas, filled with the same rectangle of a picture of the canvas.
uniform vec4 part;  // left, top, right, bottom as shares of the canvas
out vec2 place;

void main() {
    place = mix(part.xy, part.zw, vec2(gl_VertexID & 1, gl_VertexID >> 1));
    gl_Position = vec4(place.x * 2.0 - 1.0, 1.0 - place.y * 2.0, 0.0, 1.0);
}
